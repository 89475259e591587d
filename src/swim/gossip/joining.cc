#include "swim/gossip/joining.h"

#include "swim/exchange.h"
#include "swim/gossip/intents.h"

namespace hearsay::swim {

namespace {

/// Whoever got through to anybody says that it means to stay.
void finish(Step& step, CommandId command) {
  const auto found = step.core.commands.joins.find(command);
  JoinDone result = std::move(found->second.result);
  step.core.commands.joins.erase(found);
  if (result.contacted > 0 && step.core.phase == Phase::running) {
    announce_join_intent(step);
  }
  step.out.events.emplace_back(std::move(result));
}

}  // namespace

void begin_join(Step& step, CommandId command, std::span<const Seed> seeds, bool ignore_old_events) {
  step.core.commands.joins[command] = {
      .waiting = seeds.size(), .ignore_old_events = ignore_old_events, .result = {command, 0, {}}};
  if (seeds.empty()) {
    return finish(step, command);
  }
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    open_join(step, seeds[i].at, command, i);
  }
}

void join_succeeded(Step& step, CommandId command, std::size_t) {
  const auto found = step.core.commands.joins.find(command);
  if (found == step.core.commands.joins.end()) {
    return;
  }
  ++found->second.result.contacted;
  if (--found->second.waiting == 0) {
    finish(step, command);
  }
}

void join_failed(Step& step, CommandId command, std::size_t seed, std::string_view reason) {
  const auto found = step.core.commands.joins.find(command);
  if (found == step.core.commands.joins.end()) {
    return;
  }
  found->second.result.failures.push_back({seed, std::string(reason)});
  if (--found->second.waiting == 0) {
    finish(step, command);
  }
}

bool join_ignores_old(const Core& core, CommandId command) {
  const auto found = core.commands.joins.find(command);
  return found != core.commands.joins.end() && found->second.ignore_old_events;
}

}  // namespace hearsay::swim
