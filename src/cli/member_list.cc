#include "cli/member_list.h"

#include <algorithm>

#include "cli/columns.h"
#include "cli/json_writer.h"
#include "cli/member_fields.h"

namespace hearsay::cli {
namespace {

using agent::rpc::MemberRow;

std::string line_of(const MemberRow& member, bool detailed) {
  std::string out(member.name);
  out.append("|").append(address_of(member)).append("|").append(member.status).append("|");
  std::string_view comma;
  for (const auto& [key, value] : member.tags) {
    out.append(std::exchange(comma, ",")).append(key).append("=").append(value);
  }
  if (detailed) {
    out.append("|Protocol Version: ").append(std::to_string(member.delegate_cur));
    out.append("|Available Protocol Range: [").append(std::to_string(member.delegate_min)).append(", ");
    out.append(std::to_string(member.delegate_max)).append("]");
  }
  return out;
}

}  // namespace

std::optional<MemberList> decode_members(swim::Bytes body) {
  MemberList out;
  agent::rpc::Reader in(body);
  agent::rpc::for_each_field(in, [&](std::string_view key) {
    if (key != "Members") {
      return false;
    }
    out.resize(in.array());
    for (MemberRow& member : out) {
      decode(in, member);
      std::ranges::sort(member.tags);
    }
    return true;
  });
  if (in.failed()) {
    return std::nullopt;
  }
  // Rows are large, and an agent that joined late often holds them as its seed does: in order.
  if (!std::ranges::is_sorted(out, {}, &MemberRow::name)) {
    std::ranges::sort(out, {}, &MemberRow::name);
  }
  return out;
}

void write_member(JsonWriter& out, const MemberRow& member) {
  out.begin_object().key("name").text(member.name).key("addr").text(address_of(member));
  out.key("port").number(member.port).key("tags").begin_object();
  for (const auto& [key, value] : member.tags) {
    out.key(key).text(value);
  }
  out.end_object().key("status").text(member.status);
  out.key("protocol").begin_object().key("max").number(member.delegate_max);
  out.key("min").number(member.delegate_min).key("version").number(member.delegate_cur);
  out.end_object().end_object();
}

std::string members_as_text(const MemberList& members, bool detailed) {
  std::vector<std::string> lines;
  lines.reserve(members.size());
  for (const MemberRow& member : members) {
    lines.push_back(line_of(member, detailed));
  }
  return std::string(trim(align_columns(lines)));
}

std::string members_as_json(const MemberList& members) {
  JsonWriter out;
  out.begin_object().key("members");
  if (members.empty()) {
    return out.null().end_object().result();
  }
  out.begin_array();
  for (const MemberRow& member : members) {
    write_member(out, member);
  }
  return out.end_array().end_object().result();
}

}  // namespace hearsay::cli
