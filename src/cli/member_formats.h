// How the commands for scripts print members.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/member_fields.h"
#include "cli/paint.h"

namespace hearsay::cli {

enum class MemberFormat : std::uint8_t {
  text,   // columns for people
  json,   // an object with a list
  tsv,    // a line each, fields separated by tabs; tab, newline and backslash as \t, \n and \\ .
  addr,   // an address with port a line
  env,    // assignments for a shell to eval
  names,  // a name a line
};

/// In the order of MemberFormat.
[[nodiscard]] std::span<const std::string_view> format_names() noexcept;

/// Whether lines are coloured for a terminal.
enum class Colour : bool { off, on };

/// How a member's line is coloured.
[[nodiscard]] Paint paint_of(std::string_view status) noexcept;

/// Without a newline at its end; nobody is an empty text, but in JSON and for a shell. No `fields` are
/// those that the format has by itself; in JSON they are Serf's.
[[nodiscard]] std::string show_members(MemberFormat format, const MemberFields& fields,
                                       std::span<const ListedMember> members, Colour colour);

/// What is shown of a member: the chosen fields, or the format's own.
[[nodiscard]] MemberFields fields_shown(MemberFormat format, const MemberFields& chosen);

/// `"members": [...]`, as a part of an object.
void write_members(JsonWriter& out, const MemberFields& fields, std::span<const ListedMember> members);

}  // namespace hearsay::cli
