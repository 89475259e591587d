#include "agent/tag_filter.h"

#include "swim/gossip/tags.h"

namespace hearsay::agent {
namespace {

tl::expected<TagFilter, std::string> parse_one(std::string_view inside) {
  const std::size_t equals = inside.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return tl::unexpected<std::string>("a tag filter is [KEY=PATTERN]");
  }
  const std::string_view expression = inside.substr(equals + 1);
  auto pattern = rpc::Pattern::compile(expression);
  if (!pattern) {
    return tl::unexpected("no regular expression: " + pattern.error());
  }
  return TagFilter{std::string(inside.substr(0, equals)), std::string(expression),
                   std::make_shared<const rpc::Pattern>(*std::move(pattern))};
}

}  // namespace

bool TagFilter::matches(const swim::MemberRecord& member) const {
  return pattern->matches(swim::find_tag(member.meta(), key).value_or(""));
}

std::size_t closing_bracket(std::string_view text) noexcept {
  std::size_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '[') {
      ++open;
    } else if (text[i] == ']' && --open == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

tl::expected<std::vector<TagFilter>, std::string> parse_tag_filters(std::string_view text) {
  std::vector<TagFilter> out;
  while (!text.empty()) {
    const std::size_t end = text.front() == '[' ? closing_bracket(text) : std::string_view::npos;
    if (end == std::string_view::npos) {
      return tl::unexpected<std::string>("a tag filter is [KEY=PATTERN]");
    }
    auto filter = parse_one(text.substr(1, end - 1));
    if (!filter) {
      return tl::unexpected(std::move(filter).error());
    }
    out.push_back(*std::move(filter));
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace hearsay::agent
