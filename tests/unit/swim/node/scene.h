// What tests of whole nodes share: clusters that have met, messages made by hand, events of a kind.
#pragma once

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "sim/cluster.h"
#include "swim/wire/codec.h"

namespace hearsay::sim {

/// Where no host of a cluster is.
inline const swim::Endpoint elsewhere{swim::IpAddress::v4(10, 9, 9, 9), 7946};

/// All join node 0. The test ends if they do not all see each other within that time.
void meet(Cluster& cluster, swim::Duration limit = std::chrono::seconds(10));

/// All meet, and the rumors of it get so long to die away.
void settle(Cluster& cluster, swim::Duration quiet = std::chrono::seconds(5));

/// Leaves, and its process ends with the leave.
void leave_and_end(Cluster& cluster, NodeIndex i);

/// Nothing passes between those before `from` and the others.
void split(Cluster& cluster, NodeIndex from);

/// Nothing passes between this host and any other.
void cut_off(Cluster& cluster, NodeIndex host);

/// A member that the viewer knows, until the viewer's next step.
const swim::Member& seen_by(Cluster& cluster, NodeIndex viewer, std::string_view name);

/// As it stands in a packet.
template <class Message>
swim::Buffer encoded(const Message& message) {
  swim::Buffer out;
  swim::wire::encode(message, out);
  return out;
}

/// A message of Serf's as it stands in a packet.
template <class Message>
swim::Buffer user_message(const Message& message) {
  swim::Buffer out{static_cast<std::byte>(swim::wire::MessageType::user)};
  swim::wire::encode(message, out);
  return out;
}

/// The claim that a member of that name is there, as it stands in a packet.
swim::Buffer alive(std::string_view name, std::uint32_t incarnation, const swim::Endpoint& at = elsewhere,
                   const swim::Versions& versions = {});

/// What node i has told of that kind so far.
template <class Kind>
std::vector<Kind> events_of(const Cluster& cluster, NodeIndex i) {
  std::vector<Kind> found;
  for (const swim::Event& event : cluster.events(i)) {
    if (const auto* wanted = std::get_if<Kind>(&event)) {
      found.push_back(*wanted);
    }
  }
  return found;
}

}  // namespace hearsay::sim
