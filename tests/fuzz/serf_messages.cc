// Every message of Serf's, query filters, tags and coordinates: a type byte and a body.
#include <array>

#include "fuzz/input.h"
#include "fuzz/round_trip.h"
#include "swim/gossip/coordinate.h"
#include "swim/gossip/tags.h"

namespace hearsay::fuzz {
namespace {

using namespace swim::wire;

void check_coordinate(swim::Bytes payload) {
  const auto coordinate = swim::decode_coordinate(payload);
  if (!coordinate) {
    return;
  }
  HEARSAY_INVARIANT(coordinate->valid());
  swim::Buffer encoded;
  swim::encode_coordinate(*coordinate, encoded);
  HEARSAY_INVARIANT(swim::decode_coordinate(encoded) == *coordinate);
}

void check_tags(swim::Bytes meta) {
  const swim::Tags tags = swim::decode_tags(meta);
  swim::Buffer encoded;
  swim::encode_tags(tags, 5, encoded);
  HEARSAY_INVARIANT(swim::decode_tags(encoded) == tags);
}

/// The header of a relay, and in it what it carries.
void check_relay(swim::Bytes body) {
  check_round_trip<RelayHeader>(body);
  if (const auto header = decode_prefix<RelayHeader>(body)) {
    HEARSAY_INVARIANT(header->size <= body.size());
  }
}

// By type, then what has no type of its own.
constexpr std::array checks{
    &check_round_trip<LeaveIntent>,
    &check_round_trip<JoinIntent>,
    &check_decodes_or_not<PushPullState>,
    &check_round_trip<UserEvent>,
    &check_round_trip<Query>,
    &check_round_trip<QueryResponse>,
    &check_decodes_or_not<ConflictVote>,
    &check_round_trip<KeyRequest>,
    &check_round_trip<KeyResponse>,
    &check_relay,
    &check_round_trip<NodeFilter>,
    &check_round_trip<TagFilter>,
    &check_coordinate,
    &check_tags,
};

}  // namespace

void run(swim::Bytes bytes) {
  Input in(bytes);
  checks.at(in.below(checks.size()))(in.rest());
}

}  // namespace hearsay::fuzz
