#include "cli/ack_quorum.h"

#include <algorithm>
#include <charconv>

namespace hearsay::cli {

std::size_t AckQuorum::needed(std::size_t asked) const noexcept {
  return is_percentage ? std::max<std::size_t>(1, (asked * amount + 99) / 100) : amount;
}

tl::expected<AckQuorum, std::string> parse_ack_quorum(std::string_view text) {
  AckQuorum out;
  out.is_percentage = text.ends_with('%');
  const std::string_view digits = text.substr(0, text.size() - (out.is_percentage ? 1 : 0));
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, out.amount);
  if (parsed.ec != std::errc() || parsed.ptr != end || out.amount == 0 ||
      (out.is_percentage && out.amount > 100)) {
    return tl::unexpected("Invalid -min-acks: '" + std::string(text) +
                          "'. Give a number of nodes, as in 3, or a share of those asked, as in 90%");
  }
  return out;
}

}  // namespace hearsay::cli
