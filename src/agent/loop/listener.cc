#include "agent/loop/listener.h"

#include <utility>

#include "agent/loop/handle.h"
#include "agent/loop/socket_address.h"

namespace hearsay::agent::loop {
namespace {

// Hundreds of agents may join at one moment, each with a push/pull.
constexpr int backlog = 1024;

}  // namespace

struct Listener::State {
  union {
    uv_tcp_t tcp;
    uv_pipe_t local;
  } handle;
  Connection::Kind kind;
  Loop* loop;
  OnAccept on_accept;
  bool held = false;
  bool waiting = false;  // libuv holds a connection, and takes no other before that is fetched

  uv_stream_t* stream() noexcept { return reinterpret_cast<uv_stream_t*>(&handle); }

  void fetch() {
    Connection connection(*loop, kind);
    swim::Endpoint peer;
    if (connection.accept_from(stream(), peer)) {
      on_accept(std::move(connection), peer);
    }
  }
};

void Listener::Close::operator()(State* state) const noexcept {
  close_handle(state);
}

Listener::Listener(Loop& loop, OnAccept on_accept, Connection::Kind kind)
    : state_(new State{.handle = {}, .kind = kind, .loop = &loop, .on_accept = std::move(on_accept)}) {
  must(kind == Connection::Kind::tcp ? uv_tcp_init(loop.raw(), &state_->handle.tcp)
                                     : uv_pipe_init(loop.raw(), &state_->handle.local, 0));
  state_->stream()->data = state_.get();
}

tl::expected<void, int> Listener::start() {
  const auto on_peer = [](uv_stream_t* listener, int status) {
    if (status != 0) {
      return;  // out of descriptors, or the peer is gone again
    }
    State& state = state_of<State>(listener);
    state.waiting = state.held;
    if (!state.waiting) {
      state.fetch();
    }
  };
  const int status = uv_listen(state_->stream(), backlog, on_peer);
  return status == 0 ? tl::expected<void, int>{} : tl::unexpected(status);
}

tl::expected<Listener, int> Listener::listen(Loop& loop, const swim::Endpoint& at, OnAccept on_accept,
                                             Fd bound) {
  Listener out(loop, std::move(on_accept), Connection::Kind::tcp);
  if (bound.is_open()) {
    if (const int status = uv_tcp_open(&out.state_->handle.tcp, bound.number()); status != 0) {
      return tl::unexpected(status);
    }
    static_cast<void>(bound.release());
    return out.start().map([&] { return std::move(out); });
  }
  const SocketAddress address = to_socket_address(at, loop.link());
  if (const int status = uv_tcp_bind(&out.state_->handle.tcp, &address.any, 0); status != 0) {
    return tl::unexpected(status);
  }
  // uv_tcp_bind keeps EADDRINUSE for this call.
  return out.start().map([&] { return std::move(out); });
}

tl::expected<Listener, int> Listener::adopt(Loop& loop, Fd bound, OnAccept on_accept) {
  Listener out(loop, std::move(on_accept), Connection::Kind::local);
  if (const int status = uv_pipe_open(&out.state_->handle.local, bound.number()); status != 0) {
    return tl::unexpected(status);
  }
  static_cast<void>(bound.release());
  return out.start().map([&] { return std::move(out); });
}

void Listener::hold() noexcept {
  state_->held = true;
}

void Listener::resume() {
  state_->held = false;
  if (std::exchange(state_->waiting, false)) {
    state_->fetch();
  }
}

bool Listener::is_held() const noexcept {
  return state_->held;
}

std::uint16_t Listener::port() const noexcept {
  SocketAddress address;
  int size = sizeof(address);
  must(uv_tcp_getsockname(&state_->handle.tcp, &address.any, &size));
  return to_endpoint(address.any)->port;
}

int Listener::descriptor() const noexcept {
  uv_os_fd_t out = -1;
  must(uv_fileno(reinterpret_cast<const uv_handle_t*>(&state_->handle), &out));
  return out;
}

}  // namespace hearsay::agent::loop
