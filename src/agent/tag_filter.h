// Which members an event handler is for: `[KEY=PATTERN]` behind a member event.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/rpc/pattern.h"
#include "swim/event.h"

namespace hearsay::agent {

/// One tag, and what its value must match as a whole. A tag that a member does not have counts as empty.
struct TagFilter {
  std::string key;
  std::string expression;
  std::shared_ptr<const rpc::Pattern> pattern;  // of the expression; shared by copies

  [[nodiscard]] bool matches(const swim::MemberRecord& member) const;

  friend bool operator==(const TagFilter& a, const TagFilter& b) {
    return a.key == b.key && a.expression == b.expression;
  }
};

/// `[KEY=PATTERN]`, once or more, and nothing else. Brackets inside a pattern are in pairs, or escaped. The
/// error is a reason: "a tag filter is [KEY=PATTERN]".
[[nodiscard]] tl::expected<std::vector<TagFilter>, std::string> parse_tag_filters(std::string_view text);

/// Where the bracket that `text` begins with is closed; npos if it is not.
[[nodiscard]] std::size_t closing_bracket(std::string_view text) noexcept;

}  // namespace hearsay::agent
