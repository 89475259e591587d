#include "agent/systemd/service.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "manager.h"

using namespace hearsay::agent;
using hearsay::swim::Duration;
using hearsay::test::Manager;
using systemd::Notifier;
using systemd::Service;
using namespace std::chrono_literals;

namespace {

/// What is in the log.
class Lines final : public rpc::LogListener {
 public:
  explicit Lines(Log& log) : log_(log) { log_.add_listener(*this); }
  ~Lines() { log_.remove_listener(*this); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  void on_log_line(std::string_view line) override { lines_.emplace_back(line); }
  [[nodiscard]] auto count(std::string_view text) const {
    return std::ranges::count_if(
        lines_, [text](const std::string& line) { return line.find(text) != std::string::npos; });
  }

 private:
  Log& log_;
  std::vector<std::string> lines_;
};

struct Fixture {
  Manager manager;
  loop::Loop loop;
  Terminal terminal{-1};
  Log log{terminal, LogLevel::info};
  std::string status = "1 members alive";
  int beats = 0;
  Service service;

  explicit Fixture(std::optional<Duration> watchdog = std::nullopt)
      : service(loop, log, Notifier(manager.address()), watchdog, [this] {
          ++beats;
          return status;
        }) {}

  std::string told() { return manager.read().lines; }
  std::string next() {
    std::string out = told();
    while (out.empty()) {
      loop.run_once();
      out = told();
    }
    return out;
  }
};

}  // namespace

TEST_CASE("the manager hears that the agent is ready, how it is, and that it ends, once") {
  Fixture f;
  f.service.ready();
  CHECK(f.told() == "READY=1");
  CHECK(f.told() == "STATUS=1 members alive\n");
  f.service.stopping();
  f.service.stopping();
  CHECK(f.told() == "STOPPING=1");
  CHECK(f.told().empty());
}

TEST_CASE("a reload has a beginning with its time, and an end") {
  Fixture f;
  const auto microseconds = [] {
    return std::chrono::duration_cast<std::chrono::microseconds>(loop::Loop::now().time_since_epoch())
        .count();
  };
  const auto before = microseconds();
  f.service.reloading();
  const auto after = microseconds();
  const std::string begun = f.told();
  const std::string head = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(begun.starts_with(head));
  const auto told = std::stoll(begun.substr(head.size()));
  CHECK(told >= before);
  CHECK(told <= after);
  f.service.reloaded();
  CHECK(f.told() == "READY=1");
}

TEST_CASE("a watchdog hears of the agent at every half of its time") {
  Fixture f(100ms);
  const auto start = loop::Loop::now();
  f.service.ready();
  CHECK(f.told() == "READY=1");
  CHECK(f.told() == "WATCHDOG=1\nSTATUS=1 members alive\n");
  CHECK(f.next() == "WATCHDOG=1\n");
  CHECK(loop::Loop::now() - start >= 50ms);
  f.status = "2 members alive";
  CHECK(f.next() == "WATCHDOG=1\nSTATUS=2 members alive\n");
  CHECK(loop::Loop::now() - start >= 100ms);
}

TEST_CASE("a manager that hangs holds nothing up, is warned of once, and hears the latest when it goes on") {
  Fixture f(10ms);
  const Lines lines(f.log);
  f.service.ready();
  f.manager.fill();
  f.status = "2 members alive";
  const auto start = loop::Loop::now();
  for (const int beats = f.beats + 4; f.beats < beats;) {
    f.loop.run_once();
  }
  CHECK(loop::Loop::now() - start < Notifier::patience * 2);  // if each waited: three times that at least
  CHECK(lines.count("was not told") == 1);
  CHECK(lines.count("[WARN] agent: The service manager was not told WATCHDOG=1: resource temporarily") == 1);
  f.manager.empty();
  CHECK(f.next() == "WATCHDOG=1\nSTATUS=2 members alive\n");
  CHECK(f.next() == "WATCHDOG=1\n");
  CHECK(lines.count("[INFO] agent: The service manager hears again") == 1);
}

TEST_CASE("a manager that had no room for it hears that the agent is ready, or ends, as soon as it has") {
  Fixture f(10ms);
  const auto start = loop::Loop::now();
  f.manager.fill();
  f.service.ready();
  f.loop.run_once();
  f.manager.empty();
  CHECK(f.next() == "READY=1\nWATCHDOG=1\nSTATUS=1 members alive\n");
  CHECK(f.next() == "WATCHDOG=1\n");
  CHECK(loop::Loop::now() - start < Notifier::patience * 2);  // it waited once
  f.manager.fill();
  f.service.reloaded();
  f.service.stopping();
  f.manager.empty();
  CHECK(f.next() == "STOPPING=1\nWATCHDOG=1\n");
}

TEST_CASE("of many things to be said to a manager that hangs only the first waits") {
  Fixture f;
  const Fd socket(::socket(AF_INET, SOCK_DGRAM, 0));
  f.manager.fill();
  const auto start = loop::Loop::now();
  for (int i = 0; i < 64; ++i) {
    f.service.keep("gossip-udp", socket.number());
  }
  CHECK(loop::Loop::now() - start < Notifier::patience * 2);
}

TEST_CASE("what is kept is kept until it is forgotten, and not watched for errors") {
  Fixture f;
  const Fd socket(::socket(AF_INET, SOCK_DGRAM, 0));
  f.service.keep("gossip-udp", socket.number());
  const Manager::Told kept = f.manager.read();
  CHECK(kept.lines == "FDSTORE=1\nFDPOLL=0\nFDNAME=gossip-udp");
  CHECK(kept.fd.is_open());
  f.service.forget("gossip-udp");
  CHECK(f.told() == "FDSTOREREMOVE=1\nFDNAME=gossip-udp");
}

TEST_CASE("without a manager nothing is told and no timer runs") {
  loop::Loop loop;
  Terminal terminal(-1);
  Log log(terminal, LogLevel::info);
  Service service(loop, log, Notifier(), 1s, [] { return std::string(); });
  CHECK_FALSE(service.is_managed());
  service.ready();
  CHECK_FALSE(loop.run_ready());
}

TEST_CASE("a manager that cannot be told is a warning, and the agent goes on") {
  loop::Loop loop;
  Terminal terminal(-1);
  Log log(terminal, LogLevel::info);
  Service service(loop, log, Notifier("/nonexistent/notify"), {}, [] { return std::string("fine"); });
  service.ready();
  const Lines lines(log);
  CHECK(lines.count("[WARN] agent: The service manager was not told READY=1: no such file or directory") ==
        1);
}
