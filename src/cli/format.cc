#include "cli/format.h"

#include "cli/rpc_options.h"

namespace hearsay::cli {

std::optional<Format> parse_format(std::string_view text) {
  if (text == "text") {
    return Format::text;
  }
  if (text == "json") {
    return Format::json;
  }
  fail("Encoding error", "Invalid output format \"" + std::string(text) + "\"");
  return std::nullopt;
}

}  // namespace hearsay::cli
