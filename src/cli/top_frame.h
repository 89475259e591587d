// What `top` shows at one moment.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/listed_member.h"
#include "cli/member_formats.h"
#include "cli/stats.h"

namespace hearsay::cli {

struct TopFrame {
  Stats stats;
  std::size_t alive = 0;
  std::size_t failed = 0;
  std::size_t others = 0;                 // leaving, left
  std::span<const ListedMember> members;  // those that are shown
  std::span<const std::string> events;    // the newest last
};

/// Lines that the frame takes beside its members and events.
inline constexpr std::size_t top_lines_fixed = 5;

/// Lines without newlines: the agent, its queues, members in columns, the last events. What others wrote in
/// them moves no terminal (agent::inert); the only escape sequences are the colours.
[[nodiscard]] std::vector<std::string> show_frame(const TopFrame& frame, Colour colour);

/// At most so many columns of it, colours aside; a character is never cut in two.
[[nodiscard]] std::string cut_to(std::string_view line, std::size_t columns);

}  // namespace hearsay::cli
