#include "agent/loop/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <list>
#include <utility>

#include "agent/loop/handle.h"
#include "agent/loop/socket_address.h"

namespace hearsay::agent::loop {
namespace {

constexpr std::size_t read_chunk = 16U << 10U;
constexpr unsigned keep_alive_seconds = 60;

// libuv asks for room, reads and reports in one go, so all connections can share one buffer.
std::array<char, read_chunk> read_buffer;

/// Small writes that wait for the kernel share blocks of this size.
constexpr std::size_t block_bytes = 16U << 10U;

}  // namespace

struct Connection::State {
  union {
    uv_tcp_t tcp;
    uv_pipe_t local;
  } handle;
  ConnectionHandler* handler = nullptr;  // null once the owner or the connection is done
  uv_connect_t connecting;
  uv_shutdown_t ending;
  uv_write_t writing;              // of the first block, while there is one
  std::list<swim::Buffer> blocks;  // what waits for the kernel; each is given back when it was taken
  std::size_t behind_bytes = 0;    // in the blocks behind the first
  std::size_t held_bytes = 0;      // capacity of all
  bool is_connected = false;
  bool is_ending = false;

  uv_stream_t* stream() noexcept { return reinterpret_cast<uv_stream_t*>(&handle); }
  [[nodiscard]] bool is_local() noexcept { return stream()->type == UV_NAMED_PIPE; }

  /// Tells the handler of the end, once.
  void end(int error) {
    uv_read_stop(stream());
    if (auto* listener = std::exchange(handler, nullptr)) {
      listener->on_closed(error);
    }
  }

  void read_start() {
    const auto allocate = [](uv_handle_t*, std::size_t, uv_buf_t* buffer) {
      *buffer = uv_buf_init(read_buffer.data(), read_buffer.size());
    };
    const auto on_read = [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
      state_of<State>(stream).received(size, buffer->base);
    };
    const int status = uv_read_start(stream(), allocate, on_read);
    HEARSAY_INVARIANT(status == 0 || status == UV_EALREADY);
  }

  void received(ssize_t size, const char* bytes) {
    if (size < 0) {
      end(size == UV_EOF ? 0 : static_cast<int>(size));
    } else if (size > 0 && handler != nullptr) {
      handler->on_bytes(swim::as_bytes({bytes, static_cast<std::size_t>(size)}));
    }
  }

  void connected(int status) {
    if (status < 0) {
      if (status != UV_ECANCELED) {
        end(status);
      }
      return;
    }
    is_connected = true;
    if (is_ending) {
      if (blocks.empty()) {
        shut_down();
      }
      return;
    }
    read_start();
    if (handler != nullptr) {
      handler->on_connected();
    }
  }

  /// The first block holds just what is on its way; small writes behind it share blocks.
  void queue(swim::Bytes bytes) {
    if (blocks.empty()) {
      add_block(bytes.size(), bytes);
      write_first();
      return;
    }
    behind_bytes += bytes.size();
    if (blocks.size() > 1) {
      swim::Buffer& last = blocks.back();
      const std::size_t fitting = std::min(bytes.size(), last.capacity() - last.size());
      swim::append(last, bytes.first(fitting));
      bytes = bytes.subspan(fitting);
    }
    if (!bytes.empty()) {
      add_block(std::max(bytes.size(), block_bytes), bytes);
    }
  }

  void add_block(std::size_t capacity, swim::Bytes bytes) {
    swim::Buffer& block = blocks.emplace_back();
    block.reserve(capacity);
    block.assign(bytes.begin(), bytes.end());
    held_bytes += block.capacity();
  }

  void write_first() {
    swim::Buffer& block = blocks.front();
    const uv_buf_t buffer =
        uv_buf_init(reinterpret_cast<char*>(block.data()), static_cast<unsigned>(block.size()));
    const auto on_written = [](uv_write_t* request, int status) {
      state_of<State>(request->handle).written(status);
    };
    // Refused only after the end of the stream was sent or the peer is known to be gone; then
    // on_closed() is on its way.
    if (uv_write(&writing, stream(), &buffer, 1, on_written) != 0) {
      forget_blocks();
    }
  }

  void forget_blocks() noexcept {
    blocks.clear();
    behind_bytes = held_bytes = 0;
  }

  void written(int status) {
    if (status == UV_ECANCELED || handler == nullptr) {
      return;
    }
    if (status < 0) {
      end(status);
      return;
    }
    held_bytes -= blocks.front().capacity();
    blocks.pop_front();
    if (!blocks.empty()) {
      behind_bytes -= blocks.front().size();
      write_first();
      return;
    }
    if (is_ending) {
      shut_down();
    }
    handler->on_flushed();
  }

  void shut_down() {
    const int status = uv_shutdown(&ending, stream(), [](uv_shutdown_t* request, int result) {
      if (result != UV_ECANCELED) {
        state_of<State>(request->handle).end(result);
      }
    });
    // A connection that broke is already known to the handler, or its failing write will tell.
    HEARSAY_INVARIANT(status == 0 || status == UV_ENOTCONN);
  }
};

void Connection::Close::operator()(State* state) const noexcept {
  state->handler = nullptr;
  if (!state->blocks.empty()) {  // the first is the kernel's until the handle is closed
    state->blocks.erase(std::next(state->blocks.begin()), state->blocks.end());
  }
  close_handle(state);
}

Connection::Connection(Loop& loop, Kind kind) : state_(new State{}) {
  must(kind == Kind::tcp ? uv_tcp_init(loop.raw(), &state_->handle.tcp)
                         : uv_pipe_init(loop.raw(), &state_->handle.local, 0));
  state_->stream()->data = state_.get();
}

tl::expected<Connection, int> Connection::connect(Loop& loop, const swim::Endpoint& to,
                                                  ConnectionHandler& handler) {
  Connection out(loop, Kind::tcp);
  out.state_->handler = &handler;
  const SocketAddress address = to_socket_address(to, loop.link());
  const auto on_connect = [](uv_connect_t* request, int status) {
    state_of<State>(request->handle).connected(status);
  };
  const int status =
      uv_tcp_connect(&out.state_->connecting, &out.state_->handle.tcp, &address.any, on_connect);
  if (status != 0) {
    return tl::unexpected(status);
  }
  uv_tcp_nodelay(&out.state_->handle.tcp, 1);
  return out;
}

bool Connection::accept_from(uv_stream_s* listener, swim::Endpoint& peer) noexcept {
  if (uv_accept(listener, state_->stream()) != 0) {
    return false;
  }
  state_->is_connected = true;
  if (state_->is_local()) {
    return true;
  }
  uv_tcp_nodelay(&state_->handle.tcp, 1);
  SocketAddress address;
  int size = sizeof(address);
  if (uv_tcp_getpeername(&state_->handle.tcp, &address.any, &size) != 0) {
    return false;  // gone again already
  }
  const auto endpoint = to_endpoint(address.any);
  peer = endpoint.value_or(swim::Endpoint{});
  return endpoint.has_value();
}

void Connection::start(ConnectionHandler& handler) {
  state_->handler = &handler;
  state_->read_start();
}

void Connection::write(swim::Bytes bytes) {
  if (state_->handler == nullptr || state_->is_ending || bytes.empty()) {
    return;
  }
  const auto buffer = [&] {
    return uv_buf_init(const_cast<char*>(swim::as_text(bytes).data()), static_cast<unsigned>(bytes.size()));
  };
  uv_buf_t all = buffer();
  const int taken = state_->blocks.empty() ? uv_try_write(state_->stream(), &all, 1) : 0;
  if (taken > 0) {
    bytes = bytes.subspan(static_cast<std::size_t>(taken));
  }
  if (!bytes.empty()) {
    state_->queue(bytes);  // an error comes back from here, later
  }
}

std::size_t Connection::queued_bytes() const noexcept {
  return uv_stream_get_write_queue_size(state_->stream()) + state_->behind_bytes;
}

std::size_t Connection::held_bytes() const noexcept {
  return state_->held_bytes;
}

void Connection::close_after_flush() {
  if (state_->handler == nullptr || std::exchange(state_->is_ending, true)) {
    return;
  }
  uv_read_stop(state_->stream());
  if (state_->is_connected && state_->blocks.empty()) {
    state_->shut_down();
  }
}

bool Connection::is_connected() const noexcept {
  return state_ != nullptr && state_->handler != nullptr && state_->is_connected;
}

std::optional<LocalPeer> Connection::local_peer() const noexcept {
  int socket = -1;
  ucred who{};
  socklen_t size = sizeof(who);
  if (!state_->is_local() ||
      uv_fileno(reinterpret_cast<const uv_handle_t*>(state_->stream()), &socket) != 0 ||
      ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) {
    return std::nullopt;
  }
  return LocalPeer{.uid = who.uid, .pid = who.pid};
}

void Connection::keep_alive() noexcept {
  if (!state_->is_local()) {
    uv_tcp_keepalive(&state_->handle.tcp, 1, keep_alive_seconds);
  }
}

void Connection::pause_reading() noexcept {
  uv_read_stop(state_->stream());
}

void Connection::resume_reading() noexcept {
  if (state_->handler != nullptr && state_->is_connected && !state_->is_ending) {
    state_->read_start();
  }
}

}  // namespace hearsay::agent::loop
