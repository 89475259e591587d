#include "agent/loop/loop.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <thread>

#include "agent/loop/after_poll.h"
#include "agent/loop/poll.h"
#include "agent/loop/signal.h"
#include "agent/loop/socket_address.h"
#include "agent/loop/timer.h"
#include "agent/loop/wakeup.h"

using namespace hearsay::agent::loop;
using hearsay::swim::Endpoint;
using hearsay::swim::Instant;
using hearsay::swim::IpAddress;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST_CASE("a timer never fires early, whatever fraction of a millisecond it is armed to") {
  Loop loop;
  for (const auto delay : {microseconds(0), microseconds(300), microseconds(1001), microseconds(5999)}) {
    std::optional<Instant> fired;
    Timer timer(loop, [&] { fired = Loop::now(); });
    const Instant deadline = Loop::now() + delay;
    timer.arm_at(deadline);
    CHECK(timer.armed());
    loop.run();
    REQUIRE(fired.has_value());
    CHECK(*fired >= deadline);
    CHECK_FALSE(timer.armed());
  }
}

TEST_CASE("a deadline in the past fires in the next turn, and never disarms") {
  Loop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.arm_at(Instant{});
  loop.run();
  CHECK(fired == 1);
  timer.arm_at(Loop::now());
  timer.arm_at(hearsay::swim::never);
  CHECK_FALSE(timer.armed());
  loop.run();
  CHECK(fired == 1);
}

TEST_CASE("a timer may be destroyed inside its own callback and still read what it captured") {
  Loop loop;
  std::optional<Timer> timer;
  std::string seen;
  timer.emplace(loop, [&, text = std::string(100, 'x')] {
    timer.reset();
    seen = text;
  });
  timer->arm_in(milliseconds(0));
  loop.run();
  CHECK(seen == std::string(100, 'x'));
}

TEST_CASE("a loop can end while handles that were just destroyed wait to be let go") {
  Loop loop;
  Timer far(loop, [] {});
  far.arm_in(hours(1));
}

TEST_CASE("a signal arrives as a callback") {
  Loop loop;
  int caught = 0;
  Signal usr2(loop, SIGUSR2, [&] {
    ++caught;
    loop.stop();
  });
  REQUIRE(::raise(SIGUSR2) == 0);
  loop.run();
  CHECK(caught == 1);
}

TEST_CASE("a wakeup from another thread reaches the loop") {
  Loop loop;
  bool woken = false;
  Wakeup wakeup(loop, [&] {
    woken = true;
    loop.stop();
  });
  std::thread other([&] { wakeup.notify(); });
  loop.run();
  other.join();
  CHECK(woken);
}

TEST_CASE("a descriptor is polled for what is watched and no more") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
  {
    Loop loop;
    Readiness seen;
    Poll poll(loop, ends[0], [&](Readiness ready) {
      seen = ready;
      loop.stop();
    });
    REQUIRE(::write(ends[1], "x", 1) == 1);
    poll.watch({.readable = true});
    loop.run();
    CHECK(seen.readable);
    CHECK_FALSE(seen.writable);
    CHECK_FALSE(seen.broken);
    poll.watch({});
    CHECK_FALSE(loop.run_ready());  // nothing left that could call back
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("endpoints become socket addresses of their family and come back equal") {
  std::array<std::byte, 16> ones{};
  ones.fill(std::byte{0x11});
  const Endpoint v4{.ip = IpAddress::v4(10, 1, 2, 3), .port = 7946};
  const Endpoint v6{.ip = IpAddress::v6(ones), .port = 1};
  CHECK(to_socket_address(v4, 0).any.sa_family == AF_INET);
  CHECK(to_socket_address(v6, 0).any.sa_family == AF_INET6);
  CHECK(to_mapped_socket_address(v4, 0).any.sa_family == AF_INET6);
  for (const Endpoint& endpoint : {v4, v6}) {
    CHECK(to_endpoint(to_socket_address(endpoint, 0).any) == endpoint);
    CHECK(to_endpoint(to_mapped_socket_address(endpoint, 0).any) == endpoint);
  }
  const sockaddr other{.sa_family = AF_UNIX, .sa_data = {}};
  CHECK_FALSE(to_endpoint(other).has_value());
}

TEST_CASE("what a timer asks for after the poll runs after the sockets were read") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
  {
    Loop loop;
    std::string order;
    Poll poll(loop, ends[0], [&](Readiness) {
      order += "socket ";
      poll.watch({});
    });
    AfterPoll after(loop, [&] { order += "after "; });
    Timer timer(loop, [&] {
      order += "timer ";
      after.request();
      after.request();
    });
    timer.arm_at(Instant{});
    poll.watch({.readable = true});
    REQUIRE(::write(ends[1], "x", 1) == 1);
    loop.run();  // both are due when it starts: as after a pause
    CHECK(order == "timer socket after ");
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("an after-poll call may ask again, and may be destroyed while asked") {
  Loop loop;
  int calls = 0;
  AfterPoll again(loop, [&] {
    if (++calls < 3) {
      again.request();
    }
  });
  again.request();
  loop.run();
  CHECK(calls == 3);
  AfterPoll gone(loop, [&] { ++calls; });
  gone.request();
}
