#include "swim/gossip/leaving.h"

#include <algorithm>
#include <string>

#include "swim/core.h"
#include "swim/gossip/intents.h"
#include "swim/members/claims.h"
#include "swim/members/sampling.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

using Stage = Leaving::Stage;

void enter(Step& step, Stage stage, Duration patience) {
  step.core.leaving.stage = stage;
  step.core.leaving.deadline = step.now + patience;
}

constexpr int beats_to_pass_on = 2;
constexpr Duration lead_max = std::chrono::seconds(1);  // an interrupted agent has 3 s for its whole leave

/// How long before the goodbye the intent is told. A Serf agent passes it on at its gossip beats, and one
/// that hears of the end before it takes this node for failed. As long as such an agent takes to tell it, and
/// some.
Duration lead_of_intent(const Core& core) {
  if (!core.config.habits.intent_leads_goodbye) {
    return Duration::zero();
  }
  const auto& timing = core.config.timing;
  const auto sends = static_cast<int>(transmit_limit(timing.retransmit_mult, core.members.node_count()));
  const int beats = (sends + timing.gossip_nodes - 1) / timing.gossip_nodes + beats_to_pass_on;
  return std::min<Duration>(timing.gossip_interval * beats, lead_max);
}

constexpr std::size_t told_itself_max = 32;

/// Serf tells a rumor four times where there are less than ten members, so some of them would not hear of it
/// in time. Where there are many, it tells it often enough.
void tell_each(Step& step, Bytes intent) {
  Core& core = step.core;
  if (!core.config.habits.leaver_tells_peers) {
    return;
  }
  sample_members(core, told_itself_max, core.chosen, [&](MemberId id, const Member& member) {
    return !is_self(core, id) && (member.liveness == Liveness::alive || member.liveness == Liveness::suspect);
  });
  for (const MemberId id : core.chosen) {
    send_serf_message(step, core.members[id].at, intent);
  }
}

void finish(Step& step) {
  Core& core = step.core;
  core.leaving.stage = Stage::gone;
  core.leaving.deadline = never;
  core.phase = Phase::left;
  step.out.events.emplace_back(CommandDone{core.leaving.command, core.leaving.timed_out});
}

/// After the intent: else others would call this node failed.
void say_goodbye(Step& step) {
  Core& core = step.core;
  core.leaving.watch = core.commands.next_watch();
  enter(step, Stage::goodbye, core.config.serf.broadcast_timeout);
  const std::string name(core.own().name());
  on_dead(step, {.incarnation = core.own().incarnation, .node = name, .from = name});
}

void advance(Step& step) {
  Core& core = step.core;
  switch (core.leaving.stage) {
    case Stage::intent:
      core.leaving.stage = Stage::intent_spreading;
      core.leaving.deadline = std::max(core.leaving.goodbye_not_before, step.now);
      return;
    case Stage::intent_spreading:
      return say_goodbye(step);
    case Stage::goodbye:
      return enter(step, Stage::spreading, core.config.serf.leave_propagate_delay);
    case Stage::spreading:
      return finish(step);
    case Stage::staying:
    case Stage::gone:
      return;
  }
}

/// Encodes a leave intent at the present Lamport time, applies it here and returns its bytes.
Buffer make_leave_intent(Step& step, std::string_view name, bool prune) {
  Core& core = step.core;
  const wire::LeaveIntent intent{.ltime = core.member_clock.time(), .node = name, .prune = prune};
  core.member_clock.increment();
  Buffer message;
  wire::encode(intent, message);
  apply_leave_intent(step, intent);
  return message;
}

}  // namespace

bool begin_leave(Step& step, CommandId command) {
  Core& core = step.core;
  if (core.phase != Phase::running) {
    return false;
  }
  core.phase = Phase::leaving;
  core.leaving.command = command;
  const std::string name(core.own().name());
  const Buffer message = make_leave_intent(step, name, false);
  if (!core.has_peers()) {
    say_goodbye(step);
    finish(step);
    return true;
  }
  core.leaving.watch = core.commands.next_watch();
  core.leaving.goodbye_not_before = step.now + lead_of_intent(core);
  enter(step, Stage::intent, core.config.serf.broadcast_timeout);
  tell_each(step, message);
  queue_intent(step, message, core.leaving.watch);
  return true;
}

void begin_force_leave(Step& step, CommandId command, std::string_view name, bool prune) {
  Core& core = step.core;
  // So many intents may be on their way to this node when a user prunes a name. Whoever has heard a later one
  // of the member itself would take the pruning for old news, and list the name for as long as the dead are
  // remembered.
  constexpr std::uint64_t prune_lead = 16;
  if (prune && core.config.habits.prune_ahead) {
    core.member_clock.witness(core.member_clock.time() + prune_lead);
  }
  const Buffer message = make_leave_intent(step, name, prune);
  if (!core.has_peers()) {
    step.out.events.emplace_back(CommandDone{command, false});
    return;
  }
  const RumorWatch watch = core.commands.next_watch();
  queue_intent(step, message, watch);
  complete_when_told(step, command, watch);
}

void run_leaving(Step& step) {
  Core& core = step.core;
  if (core.leaving.deadline > step.now) {
    return;
  }
  core.leaving.timed_out |= core.leaving.stage == Stage::intent || core.leaving.stage == Stage::goodbye;
  advance(step);
}

void leave_rumor_told(Step& step, RumorWatch watch) {
  Core& core = step.core;
  const bool waiting = core.leaving.stage == Stage::intent || core.leaving.stage == Stage::goodbye;
  if (waiting && watch == core.leaving.watch) {
    advance(step);
  }
}

}  // namespace hearsay::swim
