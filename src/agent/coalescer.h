// Joins the node's events into fewer, so that a hook runs once for a burst and not once a member.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/event.h"
#include "swim/event.h"
#include "swim/time.h"

namespace hearsay::agent {

/// The time from the first event held back to the flush: until nothing has come for `quiet`, but
/// never longer than `most`.
class CoalescingWindow {
 public:
  static constexpr swim::Duration quiet = std::chrono::seconds(1);
  static constexpr swim::Duration most = std::chrono::seconds(3);

  void extend(swim::Instant now) noexcept;
  void close() noexcept { open_ = false; }
  /// `never` while nothing is held back.
  [[nodiscard]] swim::Instant end() const noexcept;

 private:
  bool open_ = false;
  swim::Instant opened_{};
  swim::Instant last_{};
};

/// Rules, as Serf's users know them (proto/serf.md, "Coalescing"):
///  - Member events wait for their window. A member is told of once a window, grouped by kind, and
///    what is told is the difference between what listeners were told last and what is true at the
///    end: a member that failed and came back within a window is news only if its address, tags
///    or versions changed, and then it is an update. An update as such is always told.
///  - User events sent with coalescing wait for a window of their own; of each name only those of
///    the newest Lamport time are told.
///  - Other user events and queries pass at once. Internal queries (`_serf_`) end here.
/// Within a window order is by first arrival; the kinds come in the order of MemberEventKind.
class Coalescer {
 public:
  /// User events held back at most; the oldest goes first.
  static constexpr std::size_t user_events_max = 512;
  /// Members held while nobody listens.
  static constexpr std::size_t unheard_members_max = 128;

  /// Is there anybody to tell of members? While there is not, nothing is believed and few members
  /// are held, for whoever may come before the window ends; of more only the kinds are told. So a
  /// cluster of thousands costs nothing where nobody listens.
  void set_heard(bool heard);

  /// Appends to `out` what may be told now. Events that are not for listeners (completions,
  /// notices) are ignored.
  void take(swim::Instant now, swim::Event event, std::vector<AgentEvent>& out);
  /// Flushes the windows that have ended.
  void tick(swim::Instant now, std::vector<AgentEvent>& out);
  [[nodiscard]] swim::Instant next_deadline() const noexcept;
  /// Ends both windows now: for a shutdown.
  void flush(std::vector<AgentEvent>& out);

  [[nodiscard]] std::uint64_t user_events_dropped() const noexcept { return user_events_dropped_; }

 private:
  /// What listeners believe of a member; `digest` covers what an update would change.
  struct Told {
    swim::MemberEventKind kind;
    std::uint64_t digest;
  };

  void hold(swim::MemberEvent event);
  void hold(swim::UserEventReceived event);
  void flush_members(std::vector<AgentEvent>& out);
  void flush_user_events(std::vector<AgentEvent>& out);
  bool changes_belief(swim::MemberEvent& event);

  static constexpr std::size_t kinds = static_cast<std::size_t>(swim::MemberEventKind::reap) + 1;

  bool heard_ = true;
  std::array<bool, kinds> unheard_kinds_{};
  CoalescingWindow member_window_;
  CoalescingWindow user_window_;
  std::vector<swim::MemberEvent> members_;
  std::unordered_map<std::string, std::size_t> member_index_;  // name -> place in members_
  std::unordered_map<std::string, Told> told_;                 // forgotten when a member is reaped
  std::vector<swim::UserEventReceived> user_events_;
  std::uint64_t user_events_dropped_ = 0;
};

}  // namespace hearsay::agent
