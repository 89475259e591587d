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
  out.map(11).text("Addr").binary(at.ip.wire());
  out.text("DelegateCur").unsigned_integer(versions.delegate_cur);
  out.text("DelegateMax").unsigned_integer(versions.delegate_max);
  out.text("DelegateMin").unsigned_integer(versions.delegate_min);
  out.text("Name").text(name).text("Port").unsigned_integer(at.port);
  out.text("ProtocolCur").unsigned_integer(versions.protocol_cur);
  out.text("ProtocolMax").unsigned_integer(versions.protocol_max);
  out.text("ProtocolMin").unsigned_integer(versions.protocol_min);
  out.text("Status").text(swim::to_text(status)).text("Tags");
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
