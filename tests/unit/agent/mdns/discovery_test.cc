// What needs no network but loopback; the rest is in tests/interop/test_discovery.py.
#include "agent/mdns/discovery.h"

#include <doctest/doctest.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "agent/net/address.h"

using namespace hearsay::agent;
using namespace hearsay::agent::mdns;
using namespace std::chrono_literals;
using hearsay::swim::Bytes;
using hearsay::swim::Endpoint;
using hearsay::swim::Instant;
using hearsay::swim::IpAddress;

namespace {

constexpr Endpoint own{.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946};

/// Discovery over loopback, for a cluster that no other process looks for, and an ear on the group.
struct Link {
  loop::Loop loop;
  Terminal terminal{-1};
  Log log{terminal, LogLevel::trace};
  const unsigned interface = ::if_nametoindex("lo");
  const std::string cluster = "test-" + std::to_string(::getpid());
  const Service self = service("self", own);

  std::vector<Instant> asked;
  /// Called for each question, to answer it.
  std::function<void(const loop::SocketAddress& from, Bytes question)> on_question;
  std::optional<Socket> ear;

  bool all_known = false;
  std::vector<std::vector<std::string>> joined;
  std::vector<Instant> joined_at;

  Link() {
    auto opened = Socket::listen(loop, Family::v4, interface, [this](const auto& from, Bytes datagram) {
      if (std::ranges::equal(datagram, encode_question(self.type))) {
        asked.push_back(loop::Loop::now());
        if (on_question) {
          on_question(from, datagram);
        }
      }
    });
    REQUIRE(opened.has_value());
    ear.emplace(std::move(*opened));
  }

  [[nodiscard]] Service service(const std::string& name, const Endpoint& at) const {
    return serf_service(cluster, name, at);
  }
  [[nodiscard]] std::unique_ptr<Discovery> discover(DiscoveryTimes times) {
    auto opened = Discovery::open(loop, self, {.interface = interface, .v6 = false},
                                  {.is_known = [this](const Endpoint& at) { return all_known || at == own; },
                                   .join =
                                       [this](std::vector<std::string> addresses) {
                                         std::ranges::sort(addresses);
                                         joined.push_back(std::move(addresses));
                                         joined_at.push_back(loop::Loop::now());
                                       },
                                   .log = &log},
                                  times);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  template <class Condition>
  void run_until(Condition&& holds) {
    while (!holds()) {
      loop.run_once();
    }
  }
};

}  // namespace

TEST_CASE("names that DNS cannot carry are refused before anything is opened") {
  loop::Loop loop;
  const Endpoint at{.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946};
  for (const auto& [cluster, node] : {std::pair(std::string("web"), std::string(64, 'n')),
                                      std::pair(std::string(58, 'c'), std::string("n")),
                                      std::pair(std::string("web"), std::string("a..b"))}) {
    const auto opened = Discovery::open(loop, serf_service(cluster, node, at), {}, {});
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().starts_with("the names of node and cluster do not fit into DNS"));
  }
}

TEST_CASE("the groups are those of RFC 6762") {
  CHECK(group(Family::v4) == Endpoint{.ip = IpAddress::v4(224, 0, 0, 251), .port = 5353});
  CHECK(group(Family::v6).ip.bytes()[0] == std::byte{0xff});
  CHECK(group(Family::v6).ip.bytes()[15] == std::byte{0xfb});
  CHECK(group(Family::v6).port == 5353);
}

TEST_CASE_FIXTURE(Link,
                  "the question is asked when asking starts, and again after each interval and not before") {
  CHECK(DiscoveryTimes().asking_interval == 60s);
  const auto discovery = discover({.asking_interval = 50ms});
  for (int turns = 0; turns < 10; ++turns) {
    loop.run_ready();
  }
  CHECK(asked.empty());
  const Instant start = loop::Loop::now();
  discovery->start_asking();
  run_until([&] { return asked.size() == 4; });
  for (int i = 0; i < 4; ++i) {
    CHECK(asked[static_cast<std::size_t>(i)] - start >= i * 50ms);
    CHECK(asked[static_cast<std::size_t>(i)] - start < i * 50ms + 10s);
  }
}

TEST_CASE_FIXTURE(Link, "an agent that was not joined is found again by each question, until it is known") {
  const Endpoint at{.ip = IpAddress::v4(10, 0, 0, 2), .port = 7946};
  on_question = [&](const auto& from, Bytes question) {
    ear->send(from, answer(question, service("other", at)).message);
  };
  const auto discovery = discover({.asking_interval = 20ms, .quiet = 1ms});
  discovery->start_asking();
  run_until([&] { return joined.size() == 3; });
  CHECK(joined == std::vector(3, std::vector<std::string>{"10.0.0.2:7946"}));
  all_known = true;
  const std::size_t before = asked.size();
  run_until([&] { return asked.size() >= before + 3; });
  CHECK(joined.size() == 3);
}

TEST_CASE_FIXTURE(Link, "agents whose answers come one by one are joined together once no new one turns up") {
  std::optional<loop::SocketAddress> asker;
  const auto tell_of = [&](std::uint8_t number) {
    const Endpoint at{.ip = IpAddress::v4(10, 0, 0, number), .port = 7946};
    ear->send(*asker, answer(encode_question(self.type), service("n" + std::to_string(number), at)).message);
  };
  on_question = [&](const auto& from, Bytes) {
    asker = from;
    tell_of(2);
    tell_of(3);
    ear->send(from, hearsay::swim::as_bytes("no message"));
    tell_of(2);
    tell_of(4);
  };
  CHECK(DiscoveryTimes().quiet == 100ms);
  const auto discovery = discover({.quiet = 50ms});
  const Instant start = loop::Loop::now();
  discovery->start_asking();
  run_until([&] { return joined.size() == 1; });
  CHECK(joined.back() == std::vector<std::string>{"10.0.0.2:7946", "10.0.0.3:7946", "10.0.0.4:7946"});
  CHECK(joined_at.back() - start >= 50ms);
  CHECK(joined_at.back() - start < 10s);
  CHECK(discovery->counters().malformed == 1);
  tell_of(5);
  run_until([&] { return joined.size() == 2; });
  CHECK(joined.back() == std::vector<std::string>{"10.0.0.5:7946"});
  CHECK(asked.size() == 1);
}
