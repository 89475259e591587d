#include "agent/await_fd.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace hearsay::agent {
namespace {

using std::chrono::milliseconds;

/// What is written to the second can be read from the first.
std::array<Fd, 2> pipe_ends() {
  std::array<int, 2> numbers{};
  REQUIRE(::pipe2(numbers.data(), O_CLOEXEC) == 0);
  return {Fd(numbers[0]), Fd(numbers[1])};
}

TEST_CASE("a descriptor is waited for until it can be read, and no longer than the limit") {
  const auto ends = pipe_ends();
  CHECK_FALSE(await_fd(ends[0], POLLIN, milliseconds(0)));
  CHECK_FALSE(await_fd(ends[0], POLLIN, milliseconds(1)));
  REQUIRE(::write(ends[1].number(), "x", 1) == 1);
  CHECK(await_fd(ends[0], POLLIN, for_ever));
}

TEST_CASE("the wait for a descriptor ends when the other end is hung up") {
  auto ends = pipe_ends();
  { const Fd closed = std::move(ends[1]); }
  CHECK(await_fd(ends[0], POLLIN, for_ever));
}

TEST_CASE("a socket that connected has no error") {
  std::array<int, 2> numbers{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()) == 0);
  const std::array<Fd, 2> ends = {Fd(numbers[0]), Fd(numbers[1])};
  CHECK(await_connected(ends[0], for_ever) == 0);
}

TEST_CASE("a socket that cannot be written to in time is timed out") {
  const auto ends = pipe_ends();
  CHECK(await_connected(ends[0], milliseconds(0)) == ETIMEDOUT);
}

}  // namespace
}  // namespace hearsay::agent
