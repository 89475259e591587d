// Values in Go's literal syntax, which `monitor` prints events in.
#pragma once

#include <string>

#include "agent/rpc/msgpack_reader.h"

namespace hearsay::cli {

/// The next value of `in` as Go prints it with %#v after decoding it into an interface{}: integers of
/// the unsigned forms as 0x1f, bytes as []byte{0x1}, maps sorted by key. What cannot be printed fails
/// the reader.
[[nodiscard]] std::string go_literal(agent::rpc::Reader& in);

}  // namespace hearsay::cli
