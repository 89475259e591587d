// Which members a client asked for.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "agent/rpc/messages.h"
#include "agent/rpc/pattern.h"
#include "swim/members/member.h"

namespace hearsay::agent::rpc {

/// Every pattern given must match; a tag that a member does not have counts as empty.
class MemberFilter {
 public:
  /// What the patterns of one filter may take together to run.
  static constexpr int memory_max = 4 << 20;

  /// Whether the request asks for no more than limits.h allows.
  [[nodiscard]] static bool within_limits(const MembersFilteredRequest& request) noexcept;
  /// The error says what is wrong with a pattern.
  static tl::expected<MemberFilter, std::string> compile(const MembersFilteredRequest& request);

  [[nodiscard]] bool matches(const swim::Member& member) const;

 private:
  std::optional<Pattern> status_;
  std::optional<Pattern> name_;
  std::vector<std::pair<std::string, Pattern>> tags_;
};

}  // namespace hearsay::agent::rpc
