// Coordinates in acks: what this node tells of itself, and what it learns of the answering peer
// (proto/serf.md, "Coordinates").
#pragma once

#include "swim/core.h"

namespace hearsay::swim {

/// The payload of an ack to a ping; empty with coordinates turned off. The view is valid until the
/// next coordinate is learnt.
[[nodiscard]] Bytes ack_payload(const Core& core) noexcept;
/// A direct ack came back after `rtt` with this payload.
void learn_coordinate(Step& step, MemberId peer, Bytes payload, Duration rtt);
/// Encodes the payload anew; acks are many and coordinates move once a probe.
void refresh_ack_payload(Core& core);

}  // namespace hearsay::swim
