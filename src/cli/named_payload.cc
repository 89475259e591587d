#include "cli/named_payload.h"

#include "cli/usage.h"

namespace hearsay::cli {

std::optional<NamedPayload> parse_named_payload(Args rest, std::string_view missing,
                                                const std::string& help) {
  if (rest.empty()) {
    refuse(missing, help);
    return std::nullopt;
  }
  if (rest.size() > 2) {
    refuse("Too many command line arguments. Only a name and payload must be specified.", help);
    return std::nullopt;
  }
  return NamedPayload{rest.front(), swim::as_bytes(rest.size() > 1 ? rest[1] : std::string_view())};
}

}  // namespace hearsay::cli
