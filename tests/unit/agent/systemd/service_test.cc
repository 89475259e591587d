#include "agent/systemd/service.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "manager.h"

using namespace hearsay::agent;
using hearsay::swim::Duration;
using hearsay::test::Manager;
using systemd::Notifier;
using systemd::Service;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  Manager manager;
  loop::Loop loop;
  Terminal terminal{-1};
  Log log{terminal, LogLevel::info};
  std::string status = "1 members alive";
  Service service;

  explicit Fixture(std::optional<Duration> watchdog = std::nullopt)
      : service(loop, log, Notifier(manager.address()), watchdog, [this] { return status; }) {}

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
  struct Lines final : rpc::LogListener {
    std::string all;
    void on_log_line(std::string_view line) override { all += line; }
  } lines;
  loop::Loop loop;
  Terminal terminal(-1);
  Log log(terminal, LogLevel::info);
  Service service(loop, log, Notifier("/nonexistent/notify"), {}, [] { return std::string("fine"); });
  service.ready();
  log.add_listener(lines);
  CHECK(lines.all.find("[WARN] agent: The service manager was not told READY=1: no such file or directory") !=
        std::string::npos);
}
