#include "cli/choice.h"

#include <algorithm>

#include "agent/config/quote.h"

namespace hearsay::cli {

std::string list_of(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    out.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
  }
  return out;
}

tl::expected<std::size_t, std::string> choose(std::string_view what, std::string_view word,
                                              std::span<const std::string_view> allowed) {
  const auto found = std::ranges::find(allowed, word);
  if (found != allowed.end()) {
    return static_cast<std::size_t>(found - allowed.begin());
  }
  std::string error("Unknown ");
  error.append(what).append(" ").append(agent::quote(word)).append(": give ").append(list_of(allowed));
  return tl::unexpected(std::move(error));
}

}  // namespace hearsay::cli
