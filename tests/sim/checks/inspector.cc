#include "sim/checks/inspector.h"

#include <algorithm>
#include <utility>

#include "swim/members/flaps.h"

namespace hearsay::sim {

using namespace swim;

namespace {

double seconds_at(const Fleet& fleet) {
  return std::chrono::duration<double>(fleet.world().now().time_since_epoch()).count();
}

}  // namespace

Inspector::Inspector(Fleet& fleet, Report& report) : fleet_(fleet), report_(report), members_(fleet.size()) {
  fleet_.watch(this);
}

std::size_t Inspector::heard(const std::string& event) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(members_, [&](const Member& member) { return member.events.contains(event); }));
}

void Inspector::violation(NodeIndex i, const std::string& what) {
  report_.add(fleet_.world().now(), Fleet::name(i) + ": " + what);
}

/// What is remembered of a process goes with it.
Inspector::Member& Inspector::member(NodeIndex i) {
  Member& member = members_[i];
  if (member.process != fleet_.world().process(i)) {
    member = Member();
    member.process = fleet_.world().process(i);
  }
  return member;
}

void Inspector::stepped(NodeIndex i) {
  Member& at = member(i);
  if (look_every > 0 && ++at.steps % look_every == 0) {
    look(i, at);
  }
}

void Inspector::look(NodeIndex i, Member& at) {
  const Node& node = std::as_const(fleet_.world()).node(i);
  if (const auto wrong = at.table.look(node.members())) {
    violation(i, *wrong);
  }
  const Stats stats = node.stats();
  if (const auto wrong = at.clocks.look(stats.member_time, stats.event_time, stats.query_time)) {
    violation(i, *wrong);
  }
  const swim::Member& own = node.members()[node.self()];
  if (node.phase() == Phase::running && own.liveness != Liveness::alive) {
    violation(i, "is not alive in its own table");
  }
  if (node.phase() == Phase::running && own.status != MemberStatus::alive) {
    violation(i, "is " + std::string(to_text(own.status)) + " in its own table");
  }
  node.check_invariants();
}

void Inspector::told(NodeIndex i, Event&& event) {
  if (const auto* const change = std::get_if<MemberEvent>(&event)) {
    changed(i, *change);
  } else if (const auto* const user = std::get_if<UserEventReceived>(&event)) {
    heard_event(i, *user);
  } else if (std::holds_alternative<QueryAnswered>(event)) {
    ++answers_;
  }
}

void Inspector::heard_event(NodeIndex i, const UserEventReceived& event) {
  if (trace != nullptr) {
    std::fprintf(trace, "%10.4f  to %s: %s\n", seconds_at(fleet_), Fleet::name(i).c_str(),
                 event.name.c_str());
  }
  if (!member(i).events.insert(event.name).second) {
    violation(i, "was told of event " + event.name + " twice");
  }
}

void Inspector::changed(NodeIndex viewer, const MemberEvent& event) {
  if (trace != nullptr) {
    constexpr const char* kinds[] = {"joins", "leaves", "failed", "is updated", "is reaped"};
    std::fprintf(trace, "%10.4f  to %s: %s %s\n", seconds_at(fleet_), Fleet::name(viewer).c_str(),
                 std::string(event.member.name()).c_str(), kinds[static_cast<std::size_t>(event.kind)]);
  }
  if (event.kind == MemberEventKind::failed) {
    failed(viewer, event.member.name());
  }
}

void Inspector::failed(NodeIndex viewer, std::string_view name) {
  const int times = ++member(viewer).failures[std::string(name)];
  const NodeIndex subject = fleet_.by_name(name);
  if (subject == fleet_.size() || fleet_.life(subject) != Life::up) {
    return;
  }
  const Duration up_for = fleet_.world().now() - fleet_.changed(subject);
  const bool damped = times > Flaps::tolerated;
  if (up_for <= bounds.detection + (damped ? bounds.damping : Duration::zero())) {
    return;  // it may be the process before that is missed
  }
  ++false_failures_;
  if (blameless) {
    violation(viewer, "calls " + std::string(name) + " failed, which is well");
  }
}

}  // namespace hearsay::sim
