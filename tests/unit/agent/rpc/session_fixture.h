// A session with a client at its other end, for tests of what goes over the wire.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/rpc/session.h"
#include "fake_agent.h"
#include "hex.h"

namespace hearsay::test {

namespace rpc = agent::rpc;

/// A client that takes everything at once, unless told not to.
struct Wire final : rpc::Transport {
  std::string sent;
  bool takes = true;
  bool reading = true;
  bool finished = false;
  std::size_t waiting = 0;

  void send(swim::Bytes bytes) override {
    CHECK_FALSE(finished);
    sent += swim::as_text(bytes);
    waiting += takes ? 0 : bytes.size();
  }
  [[nodiscard]] std::size_t waiting_bytes() const override { return waiting; }
  void set_reading(bool wanted) override { reading = wanted; }
  void finish() override { finished = true; }
};

struct Answer {
  std::string error;
  std::uint64_t seq;
  std::string body;  // what follows the header, up to the next one
};

struct SessionFixture {
  FakeAgent agent;
  SilentLog quiet;
  rpc::Counters counters;
  rpc::Host host{agent, quiet.log, counters, ""};
  Wire wire;
  std::shared_ptr<rpc::Session> session = rpc::Session::open(host, wire);

  void send(std::string_view bytes) { session->receive(swim::as_bytes(bytes)); }

  template <class Request>
  static std::string request(std::string_view command, std::uint64_t seq, const Request& body) {
    swim::Buffer out;
    encode(rpc::Writer(out), command, seq);
    encode(rpc::Writer(out), body);
    return std::string(swim::as_text(out));
  }
  static std::string request(std::string_view command, std::uint64_t seq) {
    swim::Buffer out;
    encode(rpc::Writer(out), command, seq);
    return std::string(swim::as_text(out));
  }

  void greet() {
    send(request("handshake", 1, rpc::HandshakeRequest{1}));
    CHECK(errors() == "1: \n");
  }

  /// Takes the answers that have come: each header, with what stands behind it.
  std::vector<Answer> answers() {
    std::vector<Answer> out;
    rpc::Reader in(swim::as_bytes(wire.sent));
    while (!in.rest().empty() && !in.failed()) {
      const swim::Bytes object = in.rest();
      in.skip();
      REQUIRE_FALSE(in.failed());
      const swim::Bytes bytes = object.first(object.size() - in.rest().size());
      if (to_hex(swim::as_text(bytes)).starts_with("82a54572726f72")) {
        rpc::Reader header_reader(bytes);
        rpc::ResponseHeader header;
        decode(header_reader, header);
        out.push_back({std::string(header.error), header.seq, {}});
      } else {
        REQUIRE_FALSE(out.empty());
        out.back().body += swim::as_text(bytes);
      }
    }
    wire.sent.clear();
    return out;
  }

  /// "SEQ: error" lines.
  std::string errors() {
    std::string out;
    for (const Answer& answer : answers()) {
      out += std::to_string(answer.seq) + ": " + answer.error + "\n";
    }
    return out;
  }
};

}  // namespace hearsay::test
