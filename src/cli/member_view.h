// In what order, how many, and how: what `members`, `wait` and `watch` have in common in showing them.
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/config/flags.h"
#include "cli/listed_member.h"
#include "cli/member_formats.h"

namespace hearsay::cli {

enum class MemberOrder : std::uint8_t { name, addr, rtt };

/// -format, -fields, -sort and -limit, understood.
struct MemberView {
  MemberFormat format = MemberFormat::text;
  MemberFields fields;  // none: the format's own
  MemberOrder order = MemberOrder::name;
  std::size_t limit = 0;  // 0: all

  /// Whether round trip times are wanted, for which more has to be asked.
  [[nodiscard]] bool needs_rtt() const noexcept;
  /// Sorts, and cuts at the limit. Of equals the name decides; who has no round trip time comes last.
  void arrange(std::vector<ListedMember>& members) const;
};

/// As it is typed.
struct MemberViewFlags {
  std::string format = "text";
  std::string fields;
  std::string sort = "name";
  std::int64_t limit = 0;

  /// They point into this.
  void add_to(std::vector<agent::Flag>& flags);
  /// The error is a line for the user.
  [[nodiscard]] tl::expected<MemberView, std::string> parse() const;
};

/// The words that -sort takes.
[[nodiscard]] std::span<const std::string_view> order_names() noexcept;

}  // namespace hearsay::cli
