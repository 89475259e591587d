#include "agent/loop/listener.h"

#include <utility>

#include "agent/loop/handle.h"
#include "agent/loop/socket_address.h"

namespace hearsay::agent::loop {
namespace {

// Hundreds of agents may join at one moment, each with a push/pull.
constexpr int backlog = 512;

}  // namespace

struct Listener::State {
  uv_tcp_t handle;
  Loop* loop;
  OnAccept on_accept;

  uv_stream_t* stream() noexcept { return reinterpret_cast<uv_stream_t*>(&handle); }
};

void Listener::Close::operator()(State* state) const noexcept {
  close_handle(state);
}

Listener::Listener(Loop& loop, OnAccept on_accept)
    : state_(new State{.handle = {}, .loop = &loop, .on_accept = std::move(on_accept)}) {
  must(uv_tcp_init(loop.raw(), &state_->handle));
  state_->handle.data = state_.get();
}

tl::expected<Listener, int> Listener::listen(Loop& loop, const swim::Endpoint& at, OnAccept on_accept) {
  Listener out(loop, std::move(on_accept));
  const SocketAddress address = to_socket_address(at, loop.link());
  if (const int status = uv_tcp_bind(&out.state_->handle, &address.any, 0); status != 0) {
    return tl::unexpected(status);
  }
  const auto on_peer = [](uv_stream_t* listener, int status) {
    if (status != 0) {
      return;  // out of descriptors, or the peer is gone again
    }
    State& state = state_of<State>(listener);
    Connection connection(*state.loop);
    swim::Endpoint peer;
    if (connection.accept_from(listener, peer)) {
      state.on_accept(std::move(connection), peer);
    }
  };
  if (const int status = uv_listen(out.state_->stream(), backlog, on_peer); status != 0) {
    return tl::unexpected(status);  // uv_tcp_bind keeps EADDRINUSE for this call
  }
  return out;
}

std::uint16_t Listener::port() const noexcept {
  SocketAddress address;
  int size = sizeof(address);
  must(uv_tcp_getsockname(&state_->handle, &address.any, &size));
  return to_endpoint(address.any)->port;
}

}  // namespace hearsay::agent::loop
