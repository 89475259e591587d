#include "cli/format.h"

#include "agent/config/quote.h"
#include "cli/rpc_options.h"

namespace hearsay::cli {

std::optional<Format> parse_format(const Program& program, std::string_view text) {
  if (text == "text") {
    return Format::text;
  }
  if (text == "json") {
    return Format::json;
  }
  if (program.is_serf) {
    fail("Encoding error", "Invalid output format \"" + std::string(text) + "\"");
  } else {
    fail("Error", "Unknown format " + agent::quote(text) + ": give text or json");
  }
  return std::nullopt;
}

}  // namespace hearsay::cli
