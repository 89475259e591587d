// DNS messages about a service on the local link (RFC 1035, 6762, 6763), as Serf's agents exchange them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "swim/endpoint.h"

namespace hearsay::agent::mdns {

/// What an agent tells of itself: under `type` there is `instance`, on `host`, at `at`.
struct Service {
  std::string type;      // "_serf_web._tcp"
  std::string instance;  // the name of the node; a dot in it separates labels, as with Serf
  std::string host;      // not checked by anybody, but two records are tied together by it
  std::string text;
  swim::Endpoint at;
};

/// What an agent of Serf says of itself.
[[nodiscard]] Service serf_service(const std::string& cluster, const std::string& node,
                                   const swim::Endpoint& at);

/// No message of ours is longer: what fits an Ethernet frame.
inline constexpr std::size_t message_max = 1472;
/// Agents taken from one message.
inline constexpr std::size_t found_max = 32;

/// Who offers the type? Empty if the name is none that DNS can carry: labels have up to 63 bytes.
[[nodiscard]] swim::Buffer encode_question(const std::string& type);

/// What a datagram to the group turned out to be.
enum class Heard : std::uint8_t { malformed, other, question };
struct Reply {
  Heard heard = Heard::other;
  swim::Buffer message;  // for a question about `service`; empty if there is nothing to say
};
/// The id and question are repeated, so that it answers those too who know nothing of multicast.
[[nodiscard]] Reply answer(swim::Bytes datagram, const Service& service);

/// Where the agents are that an answer names under `type`: each has to have its SRV and an address in
/// the same message, as Serf sends them. The error: it is malformed.
[[nodiscard]] tl::expected<std::vector<swim::Endpoint>, std::string> read_answer(swim::Bytes datagram,
                                                                                 const std::string& type);

}  // namespace hearsay::agent::mdns
