#include <vector>

#include "agent/rpc/handlers.h"
#include "agent/rpc/member_filter.h"
#include "agent/rpc/member_writer.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc::handlers {
namespace {

/// Of a member with a few tags, in an answer. Room for all is made at once: growing as it goes would touch
/// three times as much memory.
constexpr std::size_t row_bytes = 192;

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
  out.out().reserve(out.out().size() + found.size() * row_bytes);
  out.map(1).text("Members").array(static_cast<std::uint32_t>(found.size()));
  for (const swim::MemberId id : found) {
    write_member(out, table[id]);
  }
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
  encode(session.answer({}), CoordinateResponse{known.value_or(swim::Coordinate{}), known.has_value()});
  return Outcome::done;
}

}  // namespace hearsay::agent::rpc::handlers
