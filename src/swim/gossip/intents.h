// Join and leave intents: what members, or those who speak for them, mean to do
// (proto/serf.md, "Intents").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "swim/time.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

struct Step;

struct RecentIntent {
  enum class Kind : std::uint8_t { join, leave };
  Kind kind;
  std::uint64_t ltime;
  Instant heard;
};

/// The newest intent of each name that is not a member yet: intents overtake alive messages.
class RecentIntents {
 public:
  explicit RecentIntents(std::size_t most) : most_(most) {}

  /// True if it is newer than what is held of the name, and so worth passing on. False too where
  /// there is no room for another name.
  bool note(std::string_view name, const RecentIntent& intent);
  /// What was heard of a name that now is a member; it is forgotten here.
  std::optional<RecentIntent> take(std::string_view name);
  void drop_before(Instant heard);

  [[nodiscard]] std::size_t size() const noexcept { return held_.size(); }
  /// Names refused for want of room.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  std::map<std::string, RecentIntent, std::less<>> held_;
  std::size_t most_;
  std::uint64_t refused_ = 0;
};

/// `message`, the Serf message as it came, is passed on as it is.
void on_join_intent(Step& step, const wire::JoinIntent& intent, Bytes message);
void on_leave_intent(Step& step, const wire::LeaveIntent& intent, Bytes message);

/// The same without passing on: what a push/pull says. True if it was news.
bool apply_join_intent(Step& step, const wire::JoinIntent& intent);
bool apply_leave_intent(Step& step, const wire::LeaveIntent& intent);

/// Tells everybody that this node is here to stay, at the present Lamport time.
void announce_join_intent(Step& step);
/// Queues a Serf message (type byte and body) as a rumor.
void queue_intent(Step& step, Bytes message, std::uint32_t watch);

}  // namespace hearsay::swim
