// Decoded messages in the JSON shape of the vectors.
#pragma once

#include <nlohmann/json.hpp>

#include "swim/bytes.h"
#include "swim/wire/stream.h"

namespace hearsay::tests {

/// A message out of a datagram; {"error": ...} when it does not decode.
nlohmann::json json_of(swim::wire::MessageType type, swim::Bytes body);

nlohmann::json json_of(const swim::wire::StreamMessage& message);

}  // namespace hearsay::tests
