// What this node does that Serf 0.9.4 would not: each a switch, so that the simulator can have peers that
// behave as Serf does.
#pragma once

#include <cstddef>

namespace hearsay::swim {

/// What peers could notice stands here and is read at one place. Off, or none, is always Serf's way, so that
/// whatever is added here is no part of Serf's mode.
struct Habits {
  bool news_at_once = false;        // a rumor does not wait for the beat (decision 5)
  bool second_round_soon = false;   // nor does its second round of gossip (decision 14)
  bool neighbours = false;          // gossip goes by order too, not all by lot (decision 14)
  std::size_t copies_most = 0;      // of one rumor, where Serf would send more; 0: Serf's limit (decision 14)
  bool datagrams_plain = false;     // only streams are compressed (decision 6)
  int exchanges_after_join = 0;     // push/pulls made soon, beside the regular ones (decision 9)
  bool exchange_on_drops = false;   // one more, where rumors fell out of the queue (decision 23)
  bool knock_on_graves = false;     // addresses of members forgotten are pinged (decision 11)
  bool ask_who_moves = false;       // a name at another address is pinged before it is believed
  bool goodbye_is_a_leave = false;  // even where the intent before it was lost
  bool repeat_prunes = false;       // to peers that still list the name
  bool prune_ahead = false;         // of intents that its node may not have heard
  bool repeat_goodbye = false;      // to those who suspect a member that has left
  bool repeat_death = false;        // to those who suspect a member that is long dead (decision 19)
  bool intent_leads_goodbye = false;   // by long enough for peers with a beat to pass it on
  bool leaver_tells_peers = false;     // itself, beside the rumor of its intent
  bool last_resort_gossip = false;     // with nobody else to tell, those that have left are told
  bool outlive_missed_leaves = false;  // a join intent is newer than leaves its node may not know of
  bool forget_the_left = false;        // as the dead are forgotten, when all have heard of it
  bool believe_refusals = false;       // whose host says that nobody listens is soon failed (decision 15)
  bool tell_accused = false;  // with the answer to a ping of one that is held suspected or dead (decision 15)
  bool balanced_probes = false;     // in an interval each member is probed by about one other (decision 16)
  bool measured_timeouts = false;   // others are asked for a probe after a few round trips (decision 17)
  bool witnesses = false;           // who hears of a suspicion looks for itself (decision 17)
  bool refute_again = false;        // while others accuse this node as it was before it refuted (decision 18)
  bool refutation_answers = false;  // a probe that is under way when it comes (decision 20)
  bool doubt_own_word = false;      // a suspicion that nobody else confirms is told again (decision 19)
  bool suspected_first = false;     // who is said to be dead and was not suspected here (decision 22)
  bool damp_flapping = false;       // who fails and comes back is suspected for longer (decision 17)

  static constexpr Habits hearsay() noexcept {
    return {.news_at_once = true,
            .second_round_soon = true,
            .neighbours = true,
            .copies_most = 12,
            .datagrams_plain = true,
            .exchanges_after_join = 3,
            .exchange_on_drops = true,
            .knock_on_graves = true,
            .ask_who_moves = true,
            .goodbye_is_a_leave = true,
            .repeat_prunes = true,
            .prune_ahead = true,
            .repeat_goodbye = true,
            .repeat_death = true,
            .intent_leads_goodbye = true,
            .leaver_tells_peers = true,
            .last_resort_gossip = true,
            .outlive_missed_leaves = true,
            .forget_the_left = true,
            .believe_refusals = true,
            .tell_accused = true,
            .balanced_probes = true,
            .measured_timeouts = true,
            .witnesses = true,
            .refute_again = true,
            .refutation_answers = true,
            .doubt_own_word = true,
            .suspected_first = true,
            .damp_flapping = true};
  }

  /// Serf 0.9.4 with memberlist 0.2.2, as Debian 12 has it. How often failed members are dialled is no habit
  /// but a time: SerfTiming::reconnect_wait_max is the interval with Serf.
  static constexpr Habits serf() noexcept { return {}; }
};

}  // namespace hearsay::swim
