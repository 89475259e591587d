// What was decoded can be encoded, and means the same then.
#pragma once

#include "fuzz/target.h"
#include "swim/wire/codec.h"

namespace hearsay::fuzz {

/// `type_bytes`: what encode() writes before the body.
template <class Message, std::size_t type_bytes = 1>
void check_round_trip(swim::Bytes body) {
  const auto message = swim::wire::decode<Message>(body);
  if (!message) {
    return;
  }
  swim::Buffer once;
  swim::wire::encode(*message, once);
  const auto again = swim::wire::decode<Message>(swim::Bytes(once).subspan(type_bytes));
  HEARSAY_INVARIANT(again.has_value());
  swim::Buffer twice;
  swim::wire::encode(*again, twice);
  HEARSAY_INVARIANT(once == twice);
}

/// For what we only read.
template <class Message>
void check_decodes_or_not(swim::Bytes body) {
  static_cast<void>(swim::wire::decode<Message>(body));
}

}  // namespace hearsay::fuzz
