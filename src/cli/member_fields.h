// What is known of a member, by the names that -fields takes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "cli/json_writer.h"
#include "cli/listed_member.h"

namespace hearsay::cli {

enum class FieldKind : std::uint8_t { name, addr, ip, port, status, tags, rtt, protocol, tag };

struct MemberField {
  FieldKind kind;
  std::string key{};  // of a tag

  friend bool operator==(const MemberField&, const MemberField&) = default;
};

using MemberFields = std::vector<MemberField>;

/// The names of fields, with "tag:KEY" for any tag.
[[nodiscard]] std::span<const std::string_view> field_names() noexcept;

/// A comma list. The error is a line for the user that names the fields there are.
[[nodiscard]] tl::expected<MemberFields, std::string> parse_fields(std::string_view list);

/// "name", "tag:svc"; the round trip time is "rtt_ms".
[[nodiscard]] std::string title_of(const MemberField& field);

/// As text: tags are `key=value,key=value`, a round trip time milliseconds, what is not known nothing.
[[nodiscard]] std::string value_of(const MemberField& field, const ListedMember& member);
void append_value(std::string& out, const MemberField& field, const ListedMember& member);

/// As JSON, which knows numbers, objects and null.
void write_value(JsonWriter& out, const MemberField& field, const ListedMember& member);

/// "10.0.0.1:7946" or "[fe80::1]:7946"; without an address, as Go prints it, ":7946".
[[nodiscard]] std::string address_of(const agent::rpc::MemberRow& member);

}  // namespace hearsay::cli
