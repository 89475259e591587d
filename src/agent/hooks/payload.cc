#include "agent/hooks/payload.h"

#include "agent/config/quote.h"
#include "agent/net/address.h"
#include "swim/gossip/tags.h"

namespace hearsay::agent::hooks {
namespace {

void append_tags(swim::Bytes meta, std::string& out) {
  bool first = true;
  swim::for_each_tag(meta, [&](std::string_view key, std::string_view value) {
    if (!first) {
      out += ',';
    }
    first = false;
    append_inert(out, key);
    out += '=';
    append_inert(out, value);
  });
}

void append_member(const swim::MemberRecord& member, std::string& out) {
  append_inert(out, member.name());
  out += '\t';
  out += net::format_ip(member.at.ip);
  out += '\t';
  append_inert(out, swim::find_tag(member.meta(), "role").value_or(std::string_view()));
  out += '\t';
  append_tags(member.meta(), out);
  out += '\n';
}

std::string ended_by_newline(swim::Bytes payload) {
  std::string out(swim::as_text(payload));
  if (!out.empty() && out.back() != '\n') {
    out += '\n';
  }
  return out;
}

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string out;
  append_inert(out, text);
  return out;
}

std::string stdin_of(const AgentEvent& event) {
  if (const auto* user = std::get_if<swim::UserEventReceived>(&event)) {
    return ended_by_newline(user->payload);
  }
  if (const auto* query = std::get_if<swim::QueryReceived>(&event)) {
    return ended_by_newline(query->payload);
  }
  std::string out;
  for (const swim::MemberRecord& member : std::get<MembersChanged>(event).members) {
    append_member(member, out);
  }
  return out;
}

}  // namespace hearsay::agent::hooks
