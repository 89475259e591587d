// Running suspicions and when each turns into a death (proto/memberlist.md, "Suspicion").
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "swim/members/member.h"
#include "swim/members/suspicion_timeout.h"
#include "swim/time.h"

namespace hearsay::swim {

struct Step;

/// One timer a suspected member. It starts at the most patient timeout; each new accuser shortens
/// it (Lifeguard), the first accuser apart, until enough have confirmed.
class Suspicions {
 public:
  /// `told_again`: how often it was begun anew, because nobody else had confirmed it.
  void start(MemberId id, std::string_view accuser, const SuspicionBounds& bounds, Instant now,
             int told_again = 0);
  /// True if this accuser is new and still counts: then the accusation is worth passing on.
  bool confirm(MemberId id, std::string_view accuser);
  /// Others call it dead, as of that incarnation. True if its suspicion is younger than `age`: it ends when
  /// it is as old, at the latest.
  bool hasten(MemberId id, Duration age, std::uint32_t incarnation, Instant now);
  void cancel(MemberId id);

  [[nodiscard]] bool running(MemberId id) const { return running_.contains(id); }
  [[nodiscard]] std::size_t size() const noexcept { return running_.size(); }
  [[nodiscard]] Instant next_deadline() const noexcept;
  struct Due {
    MemberId id;
    bool confirmed;       // by as many as could be expected
    bool alone;           // by nobody, though there are enough who could have
    std::string accuser;  // the first
    Instant started;
    int told_again;
    std::uint32_t incarnation;  // the highest at which others called it dead; 0: they did not
  };
  /// Takes out one suspicion whose time is over, if one is due.
  std::optional<Due> take_due(Instant now);

 private:
  struct Suspicion {
    SuspicionBounds bounds;
    Instant started;
    Instant deadline;
    Instant latest = never;  // the deadline, if it is not earlier
    std::vector<std::string> accusers;
    int told_again = 0;
    std::uint32_t incarnation = 0;  // as in Due
  };
  void schedule(MemberId id, Suspicion& suspicion);

  std::map<MemberId, Suspicion> running_;
  std::set<std::pair<Instant, MemberId>> deadlines_;
};

/// Declares dead every member whose suspicion has run out.
void run_suspicions(Step& step);

}  // namespace hearsay::swim
