// What the user types behind `event` and `query`: NAME [PAYLOAD].
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "swim/bytes.h"

namespace hearsay::cli {

/// Views into the arguments.
struct NamedPayload {
  std::string_view name;
  swim::Bytes payload;  // empty if there was none
};

/// Of the arguments behind the flags. Nothing: `missing` has been printed, or that there are too many,
/// with the help.
[[nodiscard]] std::optional<NamedPayload> parse_named_payload(Args rest, std::string_view missing,
                                                              const std::string& help);

}  // namespace hearsay::cli
