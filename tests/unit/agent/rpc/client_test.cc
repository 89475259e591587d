#include "agent/rpc/client.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <thread>

#include "agent/net/address.h"
#include "agent/net/resolver.h"
#include "agent/rpc/dial.h"

namespace net = hearsay::agent::net;
using namespace hearsay::agent::rpc;
using hearsay::agent::Fd;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Buffer;

namespace {

/// An agent that says what it is told to, whatever it is asked, and hangs up.
class ScriptedAgent {
 public:
  explicit ScriptedAgent(std::string says) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    REQUIRE(::bind(listener_.number(), reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::listen(listener_.number(), 1) == 0);
    REQUIRE(::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&at), &size) == 0);
    address = "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    thread_ = std::thread([this, text = std::move(says)] { serve(text); });
  }
  ~ScriptedAgent() { thread_.join(); }
  ScriptedAgent(const ScriptedAgent&) = delete;
  ScriptedAgent& operator=(const ScriptedAgent&) = delete;

  std::string address;
  std::string heard;  // once the client is gone

 private:
  void serve(const std::string& says) {
    const Fd peer(::accept(listener_.number(), nullptr, nullptr));
    ::send(peer.number(), says.data(), says.size(), MSG_NOSIGNAL);
    ::shutdown(peer.number(), SHUT_WR);
    char bytes[4096];
    for (ssize_t size = 1; size > 0;) {
      size = ::recv(peer.number(), bytes, sizeof(bytes), 0);
      heard.append(bytes, static_cast<std::size_t>(size > 0 ? size : 0));
    }
  }

  Fd listener_;
  std::thread thread_;
};

std::string header(std::string_view error, std::uint64_t seq) {
  Buffer out;
  encode(Writer(out), ResponseHeader{error, seq});
  return std::string(as_text(out));
}

std::string error_of(const tl::expected<hearsay::swim::Bytes, std::string>& result) {
  return result ? "none" : result.error();
}

std::string dial_error(std::string_view address) {
  const auto socket = dial(address, AddressRules::ours, std::chrono::seconds(10));
  return socket ? "none" : socket.error();
}

}  // namespace

TEST_CASE("a client greets, authenticates, asks, and gets the body") {
  ScriptedAgent agent(header("", 1) + header("", 2) + header("", 3) + "\x81\xa1k\x05");
  {
    auto client = Client::connect(agent.address, "key");
    REQUIRE(client.has_value());
    const auto body = client->fetch("stats");
    REQUIRE(body.has_value());
    CHECK(as_text(*body) == "\x81\xa1k\x05");
  }
}

TEST_CASE("a refused token or version is an error of the connection") {
  ScriptedAgent token(header("", 1) + header("Invalid authentication token", 2));
  const auto unauthorised = Client::connect(token.address, "key");
  REQUIRE_FALSE(unauthorised.has_value());
  CHECK(unauthorised.error() == "Invalid authentication token");
  ScriptedAgent version(header("Unsupported IPC version", 1));
  const auto old = Client::connect(version.address, "");
  REQUIRE_FALSE(old.has_value());
  CHECK(old.error() == "Unsupported IPC version");
}

TEST_CASE("no body follows when the token is missing; after any other error it does") {
  ScriptedAgent locked(header("", 1) + header("Authentication required", 2));
  auto first = Client::connect(locked.address, "");
  REQUIRE(first.has_value());
  CHECK(error_of(first->fetch("stats")) == "Authentication required");

  ScriptedAgent failing(header("", 1) + header("no", 2) + "\x81\xa3Num\x05" + header("", 3) + "\x80");
  auto second = Client::connect(failing.address, "");
  REQUIRE(second.has_value());
  CHECK(error_of(second->fetch("join", JoinRequest{{"a"}, false})) == "no");
  CHECK(error_of(second->fetch("stats")) == "none");
}

TEST_CASE("an agent that hangs up, answers something else or talks nonsense is a closed client") {
  const std::string nonsense("\xc1", 1);
  for (const std::string& says :
       {std::string(), header("", 9), nonsense, std::string("\x05"), header("", 2).substr(0, 5)}) {
    ScriptedAgent agent(header("", 1) + says);
    auto client = Client::connect(agent.address, "");
    REQUIRE(client.has_value());
    CHECK(error_of(client->fetch("stats")) == "client closed");
  }
}

TEST_CASE("an answer of any size comes whole") {
  const std::string big(3'000'000, 'x');
  Buffer body;
  Writer(body).text(big);
  ScriptedAgent agent(header("", 1) + header("", 2) + std::string(as_text(body)) + header("", 3));
  auto client = Client::connect(agent.address, "");
  REQUIRE(client.has_value());
  const auto answer = client->fetch("stats");
  REQUIRE(answer.has_value());
  CHECK(answer->size() == body.size());
  CHECK(as_text(*answer) == as_text(body));
  CHECK(client->call("leave").has_value());
}

TEST_CASE(
    "an answer outlives the next one in the memory that was handed over, and what came after it is kept") {
  const std::string second("\x81\xa1k\x06");
  ScriptedAgent agent(header("", 1) + header("", 2) + "\x81\xa1k\x05" + header("", 3) + second);
  auto client = Client::connect(agent.address, "");
  REQUIRE(client.has_value());
  const auto first = client->fetch("stats");
  REQUIRE(first.has_value());
  const Buffer kept = client->release_answer();
  const auto next = client->fetch("stats");
  REQUIRE(next.has_value());
  CHECK(as_text(*next) == second);
  CHECK(as_text(*first) == "\x81\xa1k\x05");
}

TEST_CASE("addresses that are none are refused with what is wrong with them") {
  CHECK(dial_error("") == "dial tcp: address : the address is empty");
  CHECK(dial_error("[::1") == "dial tcp: address [::1: missing ']'");
  CHECK(dial_error("127.0.0.1:99999") ==
        "dial tcp: address 127.0.0.1:99999: port 99999 is not between 0 and 65535");
  CHECK(dial_error("fe80::1%none") == "dial tcp: address fe80::1%none: there is no interface none");
}

TEST_CASE("an RPC address without a port means 7373") {
  // 127.84.0.1: nobody listens on every address of a test machine's loopback.
  CHECK(dial_error("127.84.0.1") == "dial tcp 127.84.0.1:7373: connect: connection refused");
}

TEST_CASE("a port that nobody listens on is refused, and the address is shown as it was dialled") {
  CHECK(dial_error("127.0.0.1:1") == "dial tcp 127.0.0.1:1: connect: connection refused");
  CHECK(dial_error(":1") == "dial tcp :1: connect: connection refused");
}

TEST_CASE("of a name's addresses the first in the system's order is told of") {
  const auto found = net::Resolver::resolve_now("localhost");
  REQUIRE(found);
  const std::string first = net::format_endpoint({found->front(), 1});
  CHECK(dial_error("localhost:1") == "dial tcp " + first + ": connect: connection refused");
}

TEST_CASE("a name that nobody has is told of, with what the system says") {
  const std::string name(64, 'a');  // longer than a label of a name may be: no server is asked
  const auto found = net::Resolver::resolve_now(name);
  REQUIRE(!found);
  CHECK(dial_error(name) == "dial tcp: " + found.error());
  CHECK(found.error().starts_with("lookup " + name + ": "));
}
