#include "cli/tag_args.h"

#include <algorithm>

namespace hearsay::cli {

tl::expected<agent::rpc::TextPairs, std::string> parse_tags(const std::vector<std::string>& args) {
  agent::rpc::TextPairs out;
  for (const std::string& arg : args) {
    const std::string_view text = arg;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return tl::unexpected("Invalid tag: '" + arg + "'");
    }
    const std::string_view key = text.substr(0, equals);
    std::erase_if(out, [&](const auto& pair) { return pair.first == key; });
    out.emplace_back(key, text.substr(equals + 1));
  }
  return out;
}

}  // namespace hearsay::cli
