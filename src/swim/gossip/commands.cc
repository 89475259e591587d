#include "swim/gossip/commands.h"

#include <algorithm>

#include "swim/core.h"

namespace hearsay::swim {

namespace {

void complete(Step& step, CommandId command, bool timed_out) {
  step.out.events.emplace_back(CommandDone{command, timed_out});
}

void settle(Step& step, RumorWatch watch) {
  auto& told = step.core.commands.told;
  const auto found = std::ranges::find(told, watch, &PendingCommands::Told::watch);
  if (found != told.end()) {
    const CommandId command = found->command;
    told.erase(found);
    complete(step, command, false);
  }
  leave_rumor_told(step, watch);
}

}  // namespace

Instant PendingCommands::next_deadline() const noexcept {
  Instant next = never;
  for (const Told& waiting : told) {
    next = std::min(next, waiting.deadline);
  }
  return next;
}

void complete_when_told(Step& step, CommandId command, RumorWatch watch) {
  Core& core = step.core;
  core.commands.told.push_back({watch, command, step.now + core.config.serf.broadcast_timeout});
}

void settle_ended_rumors(Step& step) {
  Core& core = step.core;
  for (RumorQueue* queue : {&core.member_rumors, &core.intent_rumors}) {
    // Settling one may end another: take the list as it is now.
    while (!queue->ended().empty()) {
      const RumorWatch watch = queue->ended().back();
      queue->ended().pop_back();
      settle(step, watch);
    }
  }
}

void run_commands(Step& step) {
  auto& told = step.core.commands.told;
  for (std::size_t i = 0; i < told.size();) {
    if (told[i].deadline > step.now) {
      ++i;
      continue;
    }
    const CommandId command = told[i].command;
    told.erase(told.begin() + static_cast<std::ptrdiff_t>(i));
    complete(step, command, true);
  }
}

}  // namespace hearsay::swim
