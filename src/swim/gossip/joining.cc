#include "swim/gossip/joining.h"

#include <algorithm>

#include "swim/exchange.h"
#include "swim/gossip/intents.h"
#include "swim/members/push_pull.h"

namespace hearsay::swim {

namespace {

/// Whoever got through to anybody says that it means to stay.
void finish(Step& step, CommandId command) {
  const auto found = step.core.commands.joins.find(command);
  JoinDone result = std::move(found->second.result);
  step.core.commands.joins.erase(found);
  if (result.contacted > 0 && step.core.phase == Phase::running) {
    announce_join_intent(step);
    exchange_soon(step);
  }
  std::ranges::sort(result.failures, {}, &JoinDone::Failure::seed);
  step.out.events.emplace_back(std::move(result));
}

/// Opens as many as may be under way at once; the rest follows as these end.
void dial_some(Step& step, CommandId command) {
  auto& join = step.core.commands.joins.at(command);
  while (join.next_seed < join.seeds.size() && join.dialling < step.core.config.limits.join_dials) {
    ++join.dialling;
    const std::size_t seed = join.next_seed++;
    open_join(step, join.seeds[seed].at, command, seed);
  }
  if (join.dialling == 0) {
    finish(step, command);
  }
}

}  // namespace

void begin_join(Step& step, CommandId command, std::span<const Seed> seeds, bool ignore_old_events) {
  step.core.commands.joins[command] = {.seeds = {seeds.begin(), seeds.end()},
                                       .ignore_old_events = ignore_old_events,
                                       .result = {command, 0, {}}};
  dial_some(step, command);
}

void join_succeeded(Step& step, CommandId command) {
  const auto found = step.core.commands.joins.find(command);
  if (found != step.core.commands.joins.end()) {
    ++found->second.result.contacted;
    --found->second.dialling;
    dial_some(step, command);
  }
}

void join_failed(Step& step, CommandId command, std::size_t seed, std::string_view reason) {
  const auto found = step.core.commands.joins.find(command);
  if (found != step.core.commands.joins.end()) {
    found->second.result.failures.push_back({seed, std::string(reason)});
    --found->second.dialling;
    dial_some(step, command);
  }
}

bool join_ignores_old(const Core& core, CommandId command) {
  const auto found = core.commands.joins.find(command);
  return found != core.commands.joins.end() && found->second.ignore_old_events;
}

}  // namespace hearsay::swim
