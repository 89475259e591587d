// Which members: the filters that `members`, `wait` and `watch` share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/config/flags.h"
#include "agent/rpc/messages.h"

namespace hearsay::cli {

/// -name, -status and -tag. Patterns are regular expressions and match whole values.
struct MemberSelection {
  std::string name;
  std::string status;
  std::vector<std::string> tags;

  /// They point into this selection.
  void add_flags(std::vector<agent::Flag>& flags);

  /// What to ask the agent for, in views into this selection. The error is a line for the user: a tag
  /// without `=`, a status that there is not, or a pattern that is none, which an agent would only refuse.
  [[nodiscard]] tl::expected<agent::rpc::MembersFilteredRequest, std::string> request() const;

  /// In words, for those who wait: "alive members with svc=db".
  [[nodiscard]] std::string describe(bool is_one = false) const;
};

/// The states that members are listed in.
[[nodiscard]] std::span<const std::string_view> member_states() noexcept;

}  // namespace hearsay::cli
