#include <vector>

#include "agent/rpc/handlers.h"
#include "agent/rpc/member_filter.h"
#include "agent/rpc/member_writer.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc::handlers {
namespace {

/// The members that `wanted` picks. Numbers first, because the list begins with its length.
template <class Wanted>
void answer_members(Session& session, Wanted&& wanted) {
  const swim::MemberTable& table = session.backend().node().members();
  std::vector<swim::MemberId> found;
  table.for_each([&](swim::MemberId id, const swim::Member& member) {
    if (member.status != swim::MemberStatus::none && wanted(member)) {
      found.push_back(id);
    }
  });
  Writer out = session.answer({});
  out.map(1).text("Members").array(static_cast<std::uint32_t>(found.size()));
  for (const swim::MemberId id : found) {
    write_member(out, table[id]);
  }
}

void write_coordinate(Writer out, const swim::Coordinate& coordinate) {
  out.map(4).text("Adjustment").real(coordinate.adjustment).text("Error").real(coordinate.error);
  out.text("Height").real(coordinate.height).text("Vec").array(swim::coordinate_dimensions);
  for (const double component : coordinate.vec) {
    out.real(component);
  }
}

void write_no_coordinate(Writer out) {
  out.map(4).text("Adjustment").real(0).text("Error").real(0).text("Height").real(0).text("Vec").nil();
}

}  // namespace

Outcome members(Session& session) {
  answer_members(session, [](const swim::Member&) { return true; });
  return Outcome::done;
}

Outcome members_filtered(Session& session, const MembersFilteredRequest& request) {
  if (!MemberFilter::within_limits(request)) {
    ++session.host().counters.filters_refused;
    session.host().log.warn("agent.ipc: Refusing a filter of more than " +
                            std::to_string(limits::tag_filters) + " tags or " +
                            std::to_string(limits::pattern_bytes) + " bytes");
    return Outcome::refused;
  }
  const auto filter = MemberFilter::compile(request);
  if (!filter) {
    session.host().log.debug("agent.ipc: Failed to compile regex: " + filter.error());
    return Outcome::refused;
  }
  answer_members(session, [&](const swim::Member& member) { return filter->matches(member); });
  return Outcome::done;
}

Outcome stats(Session& session) {
  const StatsTree sections = session.backend().stats();
  Writer out = session.answer({});
  out.map(static_cast<std::uint32_t>(sections.size()));
  for (const auto& [section, values] : sections) {
    out.text(section).map(static_cast<std::uint32_t>(values.size()));
    for (const auto& [key, value] : values) {
      out.text(key).text(value);
    }
  }
  return Outcome::done;
}

Outcome coordinate(Session& session, const CoordinateRequest& request) {
  const auto known = session.backend().node().coordinate(request.node);
  Writer out = session.answer({});
  out.map(2).text("Coord");
  if (known) {
    write_coordinate(out, *known);
  } else {
    write_no_coordinate(out);
  }
  out.text("Ok").boolean(known.has_value());
  return Outcome::done;
}

}  // namespace hearsay::agent::rpc::handlers
