// How `members` shows the members it was told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/rpc/messages.h"
#include "cli/json_writer.h"

namespace hearsay::cli {

using MemberList = std::vector<agent::rpc::MemberRow>;

/// Sorted by name, each member's tags by key. Views into `body`. Nothing if it cannot be decoded.
[[nodiscard]] std::optional<MemberList> decode_members(swim::Bytes body);

/// NAME, ADDR:PORT, STATUS and tags in columns; `detailed` adds the protocol versions.
[[nodiscard]] std::string members_as_text(const MemberList& members, bool detailed);
/// As an object of Serf's form.
void write_member(JsonWriter& out, const agent::rpc::MemberRow& member);
/// No members are null.
[[nodiscard]] std::string members_as_json(const MemberList& members);

}  // namespace hearsay::cli
