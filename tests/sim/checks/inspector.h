// Looks on while a fleet runs: what must never be so, and what nobody may be told.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/checks/bounds.h"
#include "sim/checks/report.h"
#include "sim/checks/table_history.h"
#include "sim/fleet.h"

namespace hearsay::sim {

/// After a step of a node: nothing in its table or clocks went back, it is not dead in its own table, and
/// its invariants and limits hold. Over a run: no user event comes twice to a process, and, while
/// `blameless`, nobody is called failed that has been up for longer than it takes to notice a restart.
class Inspector final : public Watcher {
 public:
  Inspector(Fleet& fleet, Report& report);

  /// Looks after every `every`th step of a node; 0: never. Looking takes time by the size of the table.
  std::uint32_t look_every = 1;
  /// Nothing is happening now for which a healthy member could be called failed.
  bool blameless = false;
  /// Tells every change that a member hears of; or null.
  std::FILE* trace = nullptr;
  /// Of this fleet.
  Bounds bounds{};

  /// Of members that were up, to anybody, whether there was a reason or not.
  [[nodiscard]] std::uint64_t false_failures() const noexcept { return false_failures_; }
  /// How many processes were told of the event, since their host's last restart.
  [[nodiscard]] std::size_t heard(const std::string& event) const;
  [[nodiscard]] bool has_heard(NodeIndex i, const std::string& event) const {
    return members_[i].events.contains(event);
  }
  /// Answers that came for queries so far.
  [[nodiscard]] std::uint64_t answers() const noexcept { return answers_; }

  void told(NodeIndex i, swim::Event&& event) override;
  void stepped(NodeIndex i) override;

 private:
  struct Member {
    std::uint64_t process = 0;
    std::uint32_t steps = 0;
    TableHistory table;
    ClockHistory clocks;
    std::set<std::string> events;
    std::map<std::string, int, std::less<>> failures;  // that it was told of
  };
  Member& member(NodeIndex i);
  void look(NodeIndex i, Member& member);
  void heard_event(NodeIndex i, const swim::UserEventReceived& event);
  void changed(NodeIndex viewer, const swim::MemberEvent& event);
  void failed(NodeIndex viewer, std::string_view name);
  void violation(NodeIndex i, const std::string& what);

  Fleet& fleet_;
  Report& report_;
  std::vector<Member> members_;
  std::uint64_t false_failures_ = 0;
  std::uint64_t answers_ = 0;
};

}  // namespace hearsay::sim
