// How many acks make a query a success: `-min-acks`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace hearsay::cli {

struct AckQuorum {
  std::size_t amount = 0;
  bool is_percentage = false;

  /// Of that many members asked. A percentage is rounded up, and of nobody it is still one: a query that
  /// nobody got is no success.
  [[nodiscard]] std::size_t needed(std::size_t asked) const noexcept;
};

/// `3`, or `90%`; at least one, and at most 100%. The error is a line for the user.
[[nodiscard]] tl::expected<AckQuorum, std::string> parse_ack_quorum(std::string_view text);

}  // namespace hearsay::cli
