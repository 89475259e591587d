#include "swim/members/graveyard.h"

#include <algorithm>

#include "swim/core.h"
#include "swim/members/probe_answers.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

using Grave = Graveyard::Grave;

void schedule(Step& step, Grave& grave) {
  grave.next = step.now + grave.wait - stagger(step.core, grave.wait / 4);
}

void find_next_knock(Graveyard& graveyard) {
  graveyard.next_knock = never;
  for (const Grave& grave : graveyard.graves) {
    graveyard.next_knock = std::min(graveyard.next_knock, grave.next);
  }
}

void knock(Step& step, Grave& grave) {
  grave.seq_no = ++step.core.prober.last_seq_no;
  send_alone(step, grave.at, ping_for(step.core, grave.name, grave.seq_no));
  grave.wait = std::min(2 * grave.wait, Graveyard::knock_wait_max);
  schedule(step, grave);
}

}  // namespace

void bury_address(Step& step, const Member& member) {
  Core& core = step.core;
  if (!core.config.habits.knock_on_graves) {
    return;
  }
  std::vector<Grave>& graves = core.graveyard.graves;
  Grave grave{
      .name = std::string(member.name()), .at = member.at, .wait = Graveyard::knock_wait_min, .next = never};
  schedule(step, grave);
  if (graves.size() < core.config.limits.graves) {
    graves.push_back(std::move(grave));
  } else {
    ++core.counters.graves_replaced;
    graves[core.random.below(static_cast<std::uint32_t>(graves.size()))] = std::move(grave);
  }
  find_next_knock(core.graveyard);
}

void forget_grave(Step& step, std::string_view name) {
  Graveyard& graveyard = step.core.graveyard;
  if (std::erase_if(graveyard.graves, [name](const Grave& grave) { return grave.name == name; }) > 0) {
    find_next_knock(graveyard);
  }
}

bool take_grave_ack(Step& step, std::uint32_t seq_no) {
  std::vector<Grave>& graves = step.core.graveyard.graves;
  const auto grave = std::ranges::find(graves, seq_no, &Grave::seq_no);
  if (seq_no == 0 || grave == graves.end()) {
    return false;
  }
  grave->seq_no = 0;
  notice(step, Notice::Level::info, "serf: attempting reconnect to " + grave->name);
  open_reconnect(step, grave->at);
  return true;
}

void run_graveyard(Step& step) {
  Graveyard& graveyard = step.core.graveyard;
  if (graveyard.next_knock > step.now) {
    return;
  }
  if (step.core.phase == Phase::running) {
    for (Grave& grave : graveyard.graves) {
      if (grave.next <= step.now) {
        knock(step, grave);
      }
    }
  } else {
    graveyard.graves.clear();
  }
  find_next_knock(graveyard);
}

}  // namespace hearsay::swim
