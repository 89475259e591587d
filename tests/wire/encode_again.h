// Decoded messages back to bytes, through our encoders.
#pragma once

#include "swim/bytes.h"
#include "swim/wire/stream.h"

namespace hearsay::tests {

/// Appends a message out of a datagram, with its type byte.
void encode_again(swim::wire::MessageType type, swim::Bytes body, swim::Buffer& out);

/// Appends a message out of a stream. The ring of a push/pull has `event_slots` slots.
void encode_again(const swim::wire::StreamMessage& message, std::size_t event_slots, swim::Buffer& out);

}  // namespace hearsay::tests
