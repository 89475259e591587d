#include "agent/loop/loop.h"

#include <uv.h>

#include <csignal>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {
namespace {

// Destroyed wrappers need one turn to be let go, a write that is cancelled with them one more.
constexpr int turns_to_close = 4;

}  // namespace

void Loop::Close::operator()(uv_loop_s* loop) const noexcept {
  for (int turn = 0; turn < turns_to_close && uv_loop_alive(loop) != 0; ++turn) {
    uv_run(loop, UV_RUN_NOWAIT);
  }
  must(uv_loop_close(loop));  // EBUSY: a wrapper outlived its loop
  delete loop;
}

Loop::Loop() {
  auto* loop = new uv_loop_t;
  must(uv_loop_init(loop));
  loop_.reset(loop);
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE
}

Loop::~Loop() = default;

void Loop::run() {
  uv_run(raw(), UV_RUN_DEFAULT);
}

bool Loop::run_once() {
  return uv_run(raw(), UV_RUN_ONCE) != 0;
}

bool Loop::run_ready() {
  return uv_run(raw(), UV_RUN_NOWAIT) != 0;
}

void Loop::stop() noexcept {
  uv_stop(raw());
}

swim::Instant Loop::now() noexcept {
  return swim::Instant(swim::Duration(static_cast<swim::Duration::rep>(uv_hrtime())));
}

std::string_view describe_error(int error) noexcept {
  switch (error) {
    case 0:
    case UV_EOF:
      return "EOF";
    case UV_ETIMEDOUT:
      return "i/o timeout";
    case UV_EPIPE:
      return "broken pipe";
    case UV_ENETUNREACH:
      return "network is unreachable";
    case UV_EHOSTUNREACH:
      return "no route to host";
    case UV_EMFILE:
      return "too many open files";
    default:
      return uv_strerror(error);
  }
}

}  // namespace hearsay::agent::loop
