// This node's own row: announced, and defended; and what all claims are judged by.

#include <utility>

#include "swim/members/claims.h"
#include "swim/members/precedence.h"
#include "swim/members/roster.h"

namespace hearsay::swim {

bool is_self(const Core& core, MemberId id) noexcept {
  return id == core.self;
}

MemberId accused(Step& step, std::string_view node, std::string_view from) {
  if (from.size() > step.core.config.limits.name_bytes) {
    ++step.core.counters.claims_rejected;
    return no_member;
  }
  return step.core.members.find(node);
}

bool beyond_refuting(Step& step, std::uint32_t incarnation) {
  const bool beyond = incarnation == largest_incarnation;
  step.core.counters.claims_rejected += beyond ? 1U : 0U;
  return beyond;
}

Standing standing_of(const Core& core, MemberId id) noexcept {
  const Member& member = core.members[id];
  return {.liveness = member.liveness,
          .incarnation = member.detected() ? member.incarnation : 0,
          .self = is_self(core, id),
          .leaving = core.leaving.stage >= Leaving::Stage::goodbye};
}

void announce_self(Step& step, RumorWatch watch) {
  tell_of_alive(step, step.core.self, watch);
}

tl::expected<void, TooLarge> change_own_tags(Step& step, CommandId command, Tags tags) {
  Core& core = step.core;
  Buffer meta;
  encode_tags(tags, core.config.protocol, meta);
  if (meta.size() > tags_encoded_max) {
    return tl::unexpected(TooLarge{TooLarge::Limit::tags, meta.size(), tags_encoded_max});
  }
  core.config.tags = std::move(tags);
  core.members.set_meta(core.self, meta);
  if (core.phase != Phase::running) {
    step.out.events.emplace_back(CommandDone{command, false});
    return {};
  }
  core.own().incarnation = outbid(core.own().incarnation, 0);
  const RumorWatch watch = core.commands.next_watch();
  ++core.counters.claims_alive;
  announce_self(step, watch);
  member_changed(step, core.self);
  if (core.has_peers()) {
    complete_when_told(step, command, watch);
  } else {
    step.out.events.emplace_back(CommandDone{command, false});
  }
  return {};
}

void refute(Step& step, std::uint32_t accused_incarnation) {
  Core& core = step.core;
  ++core.counters.refutations;
  core.own().incarnation = outbid(core.own().incarnation, accused_incarnation);
  core.health.apply(+1);
  core.refuted = step.now;
  announce_self(step, unwatched);
}

void refute_again(Step& step) {
  Core& core = step.core;
  const bool here = core.own().liveness == Liveness::alive && core.leaving.stage < Leaving::Stage::goodbye;
  if (core.config.habits.refute_again && here &&
      step.now - core.refuted >= core.config.timing.probe_timeout) {
    ++core.counters.refutations;
    core.refuted = step.now;
    announce_self(step, unwatched);
  }
}

}  // namespace hearsay::swim
