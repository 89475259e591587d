// The msgpack of every memberlist message: a type byte and a body.
#include <array>

#include "fuzz/input.h"
#include "fuzz/round_trip.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  using namespace swim::wire;
  // By type. Types that are layers are not msgpack: their places are taken by what has no type of its own.
  static constexpr std::array checks{
      &check_round_trip<Ping>,
      &check_round_trip<IndirectPing>,
      &check_round_trip<Ack>,
      &check_round_trip<Suspect>,
      &check_round_trip<Alive>,
      &check_round_trip<Dead>,
      &check_round_trip<PushPullHeader>,
      &check_round_trip<PushNodeState, 0>,
      &check_round_trip<UserMessageHeader>,
      &check_round_trip<Compress>,
      &check_round_trip<Nack>,
      &check_round_trip<Nack>,
      &check_round_trip<ErrorReply>,
      &check_round_trip<ErrorReply>,
  };
  Input in(bytes);
  checks.at(in.below(checks.size()))(in.rest());
}

}  // namespace hearsay::fuzz
