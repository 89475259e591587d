#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "../hooks/bench.h"
#include "../line_count.h"
#include "agent/fd.h"
#include "agent/metrics/statsd.h"
#include "agent/metrics/statsite.h"
#include "agent/net/address.h"

using namespace hearsay::agent;
using namespace hearsay::agent::metrics;
using hearsay::test::LineCount;
using hooks::turn_until_polled;

namespace {

/// A socket on a port of 127.0.0.1, read when asked.
class Listener {
 public:
  explicit Listener(int type, std::uint16_t port = 0)
      : fd_(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(fd_.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(::bind(fd_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    socklen_t size = sizeof(address);
    REQUIRE(::getsockname(fd_.number(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    if (type == SOCK_STREAM) {
      REQUIRE(::listen(fd_.number(), 1) == 0);
    }
  }

  std::uint16_t port() const { return port_; }
  Target target() const { return {.host = "127.0.0.1", .port = port_}; }

  bool accept() {
    peer_ = Fd(::accept4(fd_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    return peer_.is_open();
  }
  void hang_up() { peer_ = {}; }
  /// A datagram, or what the peer has sent; empty if there is nothing.
  std::string read() {
    std::array<char, 65536> text;
    const int from = peer_.is_open() ? peer_.number() : fd_.number();
    const ssize_t size = ::recv(from, text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

 private:
  Fd fd_;
  Fd peer_;
  std::uint16_t port_ = 0;
};

struct Fixture {
  loop::Loop loop;
  Terminal nowhere{-1};
  Log log{nowhere, LogLevel::err};
};

/// One that cannot be reached but at one address, if at all.
class Elsewhere final : public Collector {
 public:
  Elsewhere(Fixture& f, std::string at)
      : Collector(f.loop, f.log, "elsewhere", {.host = "127.0.0.1", .port = 1}, std::chrono::milliseconds(1)),
        at_(std::move(at)) {}

  using Collector::take;
  void go_away() { lost("gone"); }
  std::string dialled;

 private:
  void dial(const hearsay::swim::Endpoint& to) override {
    dialled += net::format_ip(to.ip) + " ";
    if (net::format_ip(to.ip) == at_) {
      ready();
    } else {
      lost("refused");
    }
  }
  void send(std::string_view) override {}

  std::string at_;
};

net::Resolver::Answer addresses(std::initializer_list<std::string_view> texts) {
  std::vector<hearsay::swim::IpAddress> out;
  for (const std::string_view text : texts) {
    out.push_back(*net::parse_ip(text));
  }
  return out;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "every address of a collector is tried, IPv4 first, before it is told to be away") {
  const LineCount told(log, "Cannot send metrics");
  Elsewhere third(*this, "::1");
  third.take(addresses({"::1", "10.0.0.1", "::2", "10.0.0.2"}));
  CHECK(third.dialled == "10.0.0.1 10.0.0.2 ::1 ");
  CHECK(told.seen == 0);
  Elsewhere nowhere_else(*this, "none");
  nowhere_else.take(addresses({"10.0.0.1", "::1"}));
  CHECK(nowhere_else.dialled == "10.0.0.1 ::1 ");
  CHECK(told.seen == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "a collector that was reached and is lost is looked for at its next address in a while") {
  Elsewhere first(*this, "10.0.0.1");
  first.take(addresses({"10.0.0.1", "10.0.0.2"}));
  first.go_away();
  CHECK(first.dialled == "10.0.0.1 ");
  turn_until_polled(loop, [&] { return first.dialled.find("127.0.0.1") != std::string::npos; });
  CHECK(first.dialled.starts_with("10.0.0.1 10.0.0.2 127.0.0.1 "));  // what its name says now
}

TEST_CASE_FIXTURE(Fixture,
                  "statsd gets nothing before a flush, and then whole lines in packets of 1400 bytes") {
  Listener listener(SOCK_DGRAM);
  Statsd statsd(loop, log, listener.target());
  statsd.start();
  const std::string line(99, 'x');
  for (int i = 0; i < 30; ++i) {
    statsd.add(line + "\n");
  }
  CHECK(listener.read().empty());
  statsd.flush();
  CHECK(listener.read().size() == 1400);
  CHECK(listener.read().size() == 1400);
  CHECK(listener.read().size() == 200);
  CHECK(listener.read().empty());
  CHECK(statsd.lines_dropped() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a line of its own fills a packet up to the last byte, and one byte more waits") {
  Listener listener(SOCK_DGRAM);
  Statsd statsd(loop, log, listener.target());
  statsd.start();
  statsd.add(std::string(700, 'a') + "\n");
  statsd.add(std::string(698, 'b') + "\n");  // 1400 together
  statsd.add("c\n");
  statsd.flush();
  CHECK(listener.read().size() == 1400);
  CHECK(listener.read() == "c\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "lines for a statsd that refuses them are dropped and counted, and it is told once") {
  const Listener holder(SOCK_DGRAM);  // of the port, so that nobody gets it on every address
  Statsd statsd(loop, log, {.host = "127.84.0.2", .port = holder.port()}, std::chrono::milliseconds(1));
  const LineCount told(log, "Cannot send metrics to statsd at 127.84.0.2");
  statsd.start();
  for (int refusals = 1; refusals <= 3; ++refusals) {
    const std::uint64_t before = statsd.lines_dropped();
    turn_until_polled(loop, [&] {
      statsd.add("a:1|c\nb:1|c\n");
      statsd.flush();
      return statsd.lines_dropped() >= before + 2;
    });
    CHECK(told.seen == 1);
  }
}

TEST_CASE_FIXTURE(Fixture, "statsite gets what waited for the connection") {
  Listener listener(SOCK_STREAM);
  Statsite statsite(loop, log, listener.target());
  statsite.add("a:1|c\n");
  statsite.start();
  statsite.flush();
  turn_until_polled(loop, [&] { return listener.accept(); });
  std::string got;
  turn_until_polled(loop, [&] {
    statsite.flush();
    got += listener.read();
    return !got.empty();
  });
  CHECK(got == "a:1|c\n");
}

TEST_CASE_FIXTURE(Fixture, "what finds no room while a collector is away is dropped and counted") {
  Listener listener(SOCK_STREAM);
  Statsite statsite(loop, log, listener.target());
  const std::string line = std::string(1023, 'x') + "\n";
  for (int i = 0; i < 64; ++i) {
    statsite.add(line);
  }
  CHECK(statsite.lines_dropped() == 0);
  statsite.add("x\n");
  CHECK(statsite.lines_dropped() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a statsite that does not read loses lines, and the agent goes on") {
  Listener listener(SOCK_STREAM);
  Statsite statsite(loop, log, listener.target());
  statsite.start();
  turn_until_polled(loop, [&] { return listener.accept(); });
  const std::string line = std::string(1023, 'x') + "\n";
  turn_until_polled(loop, [&] {
    for (int i = 0; i < 1000; ++i) {
      statsite.add(line);
    }
    statsite.flush();
    return statsite.lines_dropped() > 0;
  });
  CHECK(statsite.lines_dropped() > 0);
}

TEST_CASE_FIXTURE(Fixture, "a collector that hung up is tried again, not before its interval") {
  Listener listener(SOCK_STREAM);
  Statsite statsite(loop, log, listener.target());
  statsite.start();
  turn_until_polled(loop, [&] { return listener.accept(); });
  listener.hang_up();
  const auto hung_up = loop::Loop::now();
  turn_until_polled(loop, [&] { return listener.accept(); });
  CHECK(loop::Loop::now() - hung_up >= Collector::retry_interval - std::chrono::milliseconds(10));
  CHECK(loop::Loop::now() - hung_up < 4 * Collector::retry_interval);
}
