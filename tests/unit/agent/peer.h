// Nodes that find each other by real sockets on loopback.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/gossip.h"
#include "agent/joiner.h"
#include "agent/log.h"
#include "agent/pending_commands.h"

namespace hearsay::test {

inline constexpr swim::IpAddress loopback = swim::IpAddress::v4(127, 0, 0, 1);

/// A node with real sockets on loopback and all that joins need.
struct Peer {
  agent::loop::Loop& loop;
  agent::Terminal terminal{-1};
  agent::Log log{terminal, agent::LogLevel::trace};
  std::unique_ptr<agent::Gossip> gossip;
  agent::PendingCommands commands;
  std::optional<agent::Joiner> joiner;

  Peer(agent::loop::Loop& on, std::string name, std::uint16_t port = 0, swim::IpAddress bind = loopback,
       const swim::Limits& limits = {})
      : loop(on) {
    auto opened = agent::Gossip::open(loop, {.ip = bind, .port = port});
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error()));
    gossip = std::move(*opened);
    swim::Config config;
    config.name = std::move(name);
    config.advertise = {.ip = loopback, .port = gossip->port()};
    config.bind_port = gossip->port();
    config.timing = swim::Timing::local();
    config.limits = limits;
    joiner.emplace(loop, *gossip, commands, log);
    gossip->start(std::move(config), 1, [this](const swim::Event& event) {
      if (const auto* joined = std::get_if<swim::JoinDone>(&event)) {
        commands.complete(*joined);
      } else if (const auto* done = std::get_if<swim::CommandDone>(&event)) {
        commands.complete(*done);
      }
    });
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(gossip->port()); }
  [[nodiscard]] std::size_t alive() const {
    return gossip->node().members().count(swim::MemberStatus::alive);
  }

  void leave() {
    bool left = false;
    const auto command = commands.expect([&](const swim::CommandDone&) { left = true; });
    gossip->act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
      return node.leave(now, command, out);
    });
    while (!left) {
      loop.run_once();
    }
  }
};

struct JoinResult {
  bool done = false;
  std::size_t contacted = 0;
  std::string error;

  agent::Joiner::Done take() {
    return [this](std::size_t count, const std::string& text) {
      done = true;
      contacted = count;
      error = text;
    };
  }
};

inline JoinResult join(Peer& peer, std::vector<std::string> addresses) {
  JoinResult result;
  peer.joiner->join(std::move(addresses), false, result.take());
  while (!result.done) {
    peer.loop.run_once();
  }
  return result;
}

/// Where nobody listens.
inline std::string nobody(agent::loop::Loop& loop) {
  std::string address;
  {
    const Peer brief(loop, "brief");
    address = brief.address();
  }
  loop.run_ready();
  return address;
}

}  // namespace hearsay::test
