#include "agent/systemd/notifier.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "agent/loop/loop.h"
#include "manager.h"

using namespace hearsay::agent::systemd;
using hearsay::agent::Fd;
using hearsay::agent::loop::Loop;
using hearsay::test::Manager;

namespace {

bool same_file(int a, int b) {
  struct stat first {};
  struct stat second {};
  REQUIRE(::fstat(a, &first) == 0);
  REQUIRE(::fstat(b, &second) == 0);
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

TEST_CASE("what is told reaches a manager at a path and one in the kernel's own space") {
  for (const std::string& name : {std::string("notify"), "@hearsay-test-" + std::to_string(::getpid())}) {
    Manager manager(name);
    const Notifier notifier(manager.address());
    CHECK(notifier.is_heard());
    CHECK(notifier.tell("READY=1") == 0);
    CHECK(manager.read().lines == "READY=1");
    CHECK(manager.read().lines.empty());
  }
}

TEST_CASE("a descriptor goes with what is said of it") {
  Manager manager;
  const Fd socket(::socket(AF_INET, SOCK_DGRAM, 0));
  CHECK(Notifier(manager.address()).tell("FDSTORE=1", socket.number()) == 0);
  const auto told = manager.read();
  CHECK(told.lines == "FDSTORE=1");
  REQUIRE(told.fd.is_open());
  CHECK(same_file(told.fd.number(), socket.number()));
}

TEST_CASE("what is offered to a manager that has no room is dropped at once, and the next one arrives") {
  Manager manager;
  const Notifier notifier(manager.address());
  manager.fill();
  const auto start = Loop::now();
  CHECK(notifier.offer("STATUS=fine") == EAGAIN);
  CHECK(Loop::now() - start < Notifier::patience);
  manager.empty();
  CHECK(notifier.offer("STATUS=better") == 0);
  CHECK(manager.read().lines == "STATUS=better");
}

TEST_CASE("what a manager must know waits for room, not for ever") {
  Manager manager;
  manager.fill();
  const auto start = Loop::now();
  CHECK(Notifier(manager.address()).tell("STOPPING=1") == EAGAIN);
  CHECK(Loop::now() - start >= Notifier::patience);
}

TEST_CASE("telling nobody succeeds, and a manager that is gone is an error") {
  CHECK_FALSE(Notifier().is_heard());
  CHECK(Notifier().tell("READY=1") == 0);
  CHECK(Notifier().offer("WATCHDOG=1") == 0);
  std::string gone;
  {
    const Manager manager;
    gone = manager.address();
  }
  CHECK(Notifier(gone).is_heard());
  CHECK(Notifier(gone).tell("READY=1") == ENOENT);
}

TEST_CASE("what names no socket is nobody") {
  for (const std::string& wrong : {std::string(), std::string("@"), std::string("/"),
                                   std::string("run/notify"), "/" + std::string(107, 'x')}) {
    CHECK_FALSE(Notifier(wrong).is_heard());
  }
  CHECK(Notifier("/" + std::string(106, 'x')).is_heard());
}

TEST_CASE("the variable that names the manager is taken away from children") {
  ::setenv("NOTIFY_SOCKET", "/run/notify", 1);
  CHECK(Notifier::from_environment().is_heard());
  CHECK(::getenv("NOTIFY_SOCKET") == nullptr);
  CHECK_FALSE(Notifier::from_environment().is_heard());
}

TEST_CASE("a watchdog is for the process it names, or for whoever is there") {
  const std::string self = std::to_string(::getpid());
  const auto watchdog = [](const char* period, const char* pid) {
    ::setenv("WATCHDOG_USEC", period, 1);
    if (pid != nullptr) {
      ::setenv("WATCHDOG_PID", pid, 1);
    }
    return watchdog_from_environment();
  };
  CHECK(watchdog("30000000", nullptr) == std::chrono::seconds(30));
  CHECK(watchdog("1", self.c_str()) == std::chrono::microseconds(1));
  CHECK_FALSE(watchdog("30000000", "1"));
  for (const char* wrong : {"0", "", "-1", "30s", "18446744073709551615"}) {
    CHECK_FALSE(watchdog(wrong, self.c_str()));
  }
  CHECK(::getenv("WATCHDOG_USEC") == nullptr);
  CHECK(::getenv("WATCHDOG_PID") == nullptr);
  CHECK_FALSE(watchdog_from_environment());
}
