#include "agent/rpc/member_writer.h"

#include "swim/gossip/tags.h"

namespace hearsay::agent::rpc {
namespace {

using Rows = BasicWriter<swim::Gather>;

void write_tags(Rows& out, swim::Bytes meta) {
  swim::TagCursor tags(meta);
  out.map(tags.left());
  for (std::string_view key, value; tags.next(key, value);) {
    out.text(key).text(value);
  }
}

void write(const Writer& to, std::string_view name, const swim::Endpoint& at, swim::Bytes meta,
           swim::MemberStatus status, const swim::Versions& versions) {
  swim::Gather gathered(to.out());
  Rows out(gathered);
  out.map(11).key("Addr").binary(at.ip.wire());
  out.key("DelegateCur").unsigned_integer(versions.delegate_cur);
  out.key("DelegateMax").unsigned_integer(versions.delegate_max);
  out.key("DelegateMin").unsigned_integer(versions.delegate_min);
  out.key("Name").text(name).key("Port").unsigned_integer(at.port);
  out.key("ProtocolCur").unsigned_integer(versions.protocol_cur);
  out.key("ProtocolMax").unsigned_integer(versions.protocol_max);
  out.key("ProtocolMin").unsigned_integer(versions.protocol_min);
  out.key("Status").text(swim::to_text(status)).key("Tags");
  write_tags(out, meta);
}

}  // namespace

void write_member(Writer out, const swim::Member& member) {
  write(out, member.name(), member.at, member.meta(), member.status, member.versions);
}

void write_member(Writer out, const swim::MemberRecord& member) {
  write(out, member.name(), member.at, member.meta(), member.status, member.versions);
}

}  // namespace hearsay::agent::rpc
