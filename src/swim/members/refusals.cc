#include "swim/members/refusals.h"

#include <algorithm>
#include <string>

#include "swim/core.h"
#include "swim/members/claims.h"
#include "swim/members/destinations.h"
#include "swim/members/probe_answers.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

/// A helper whose own ping was refused has its answer: none will come.
bool refuses_help(Step& step, const Endpoint& by, Bytes quoted) {
  auto& running = step.core.indirect_probes.running;
  const auto entry = std::ranges::find_if(running, [&](const IndirectProbes::Entry& probe) {
    return probe.target == by && probe.quote.matches(quoted);
  });
  if (entry == running.end()) {
    return false;
  }
  if (entry->wants_nack) {
    send_answer(step, entry->for_member, entry->requester, wire::Nack{.seq_no = entry->their_seq_no});
  }
  running.erase(entry);
  return true;
}

Refusals::Entry* find_entry(Core& core, MemberId id) {
  auto& entries = core.refusals.entries;
  const auto found = std::ranges::find(entries, id, &Refusals::Entry::id);
  return found == entries.end() ? nullptr : &*found;
}

/// The entry of this member as it is now; what is old or was refuted begins anew.
Refusals::Entry& entry_for(Step& step, const Prober::Probe& probe) {
  Core& core = step.core;
  auto& entries = core.refusals.entries;
  const std::uint32_t incarnation = core.members[probe.target].incarnation;
  std::erase_if(entries, [&](const Refusals::Entry& entry) {
    const bool outdated = entry.id == probe.target && entry.incarnation != incarnation;
    return outdated || step.now - entry.since > Refusals::window;
  });
  if (Refusals::Entry* const found = find_entry(core, probe.target)) {
    return *found;
  }
  if (entries.size() >= Refusals::too_many) {
    entries.erase(entries.begin());
  }
  core.counters.refusals_too_many += entries.size() + 1 >= Refusals::too_many ? 1U : 0U;
  return entries.emplace_back(
      Refusals::Entry{.id = probe.target, .incarnation = incarnation, .since = step.now});
}

/// It was failed, and has not refuted by the answer to its next ping, as who is behind a firewall does: that
/// one died for itself, and says nothing of the network.
bool is_gone(const Core& core, MemberId id, Instant now) {
  const Member& member = core.members[id];
  return member.liveness == Liveness::dead &&
         now - member.liveness_since > 2 * core.config.timing.probe_interval;
}

/// It is the network that refuses.
bool is_widespread(const Core& core, Instant now) {
  const auto counts = [&](MemberId id, Instant since) {
    return now - since <= Refusals::window && !is_gone(core, id, now);
  };
  const auto refused = std::ranges::count_if(
      core.refusals.entries, [&](const Refusals::Entry& entry) { return counts(entry.id, entry.since); });
  const auto suspected = std::ranges::count_if(
      core.refusals.suspected, [&](const Refusals::Suspected& other) { return counts(other.id, other.at); });
  return std::max(refused, suspected) >= static_cast<std::ptrdiff_t>(Refusals::too_many);
}

/// Whether its host's word is the word of the one who is asked for, as far as anybody can know.
bool believable(Step& step, MemberId id) {
  Core& core = step.core;
  const bool firewall = core.members[id].refuted;
  const bool flaps = core.config.habits.damp_flapping && core.flaps.damped(id, step.now);
  const bool widespread = is_widespread(core, step.now);
  core.counters.refusals_too_many += widespread ? 1U : 0U;
  return !firewall && !flaps && !widespread;
}

}  // namespace

Duration refute_within(const Timing& timing) noexcept {
  return timing.probe_interval * 11 / 10;
}

void Refusals::note_suspected(MemberId id, Instant now) {
  std::erase_if(suspected, [id](const Suspected& other) { return other.id == id; });
  if (suspected.size() >= too_many) {
    suspected.erase(suspected.begin());
  }
  suspected.push_back({.id = id, .at = now});
}

void Refusals::forget(MemberId id) {
  std::erase_if(entries, [id](const Entry& entry) { return entry.id == id; });
  std::erase_if(suspected, [id](const Suspected& other) { return other.id == id; });
}

bool corroborated(const Prober::Probe& probe, bool all) noexcept {
  const int wanted = all ? probe.nacks_expected : probe.nacks_expected / 2 + 1;
  return probe.refused && probe.refused_over_tcp && probe.nacks_expected > 0 &&
         probe.nacks_received() >= wanted;
}

void on_refused(Step& step, const Endpoint& by, Bytes quoted) {
  Core& core = step.core;
  if (!core.config.habits.believe_refusals) {
    return;
  }
  auto& running = core.prober.running;
  const bool probed = running && core.members[running->target].at == by && running->quote.matches(quoted);
  if (!probed) {
    core.counters.refusals_unmatched += refuses_help(step, by, quoted) ? 0U : 1U;
    return;
  }
  ++core.counters.probes_refused;
  if (!running->refused) {
    running->refused = true;
    entry_for(step, *running);
  }
  go_indirect(step);
  conclude_if_gone(step);
}

void on_fallback_refused(Step& step, std::uint32_t seq_no) {
  auto& running = step.core.prober.running;
  if (running && running->seq_no == seq_no) {
    running->fallback.reset();
    running->refused_over_tcp = true;
    conclude_if_gone(step);
  }
}

void found_nobody(Step& step, const Prober::Probe& probe) {
  Core& core = step.core;
  Refusals::Entry& entry = entry_for(step, probe);
  const MemberId id = probe.target;
  if (!believable(step, id)) {
    return;
  }
  if (entry.suspected == never) {
    entry.suspected = step.now;
  }
  const Instant again = entry.suspected + refute_within(core.config.timing);
  if (probe.sent < again) {
    return probe_again(step, id, again);
  }
  if (core.members[id].liveness == Liveness::suspect) {
    ++core.counters.failed_by_refusals;
    notice(step, Notice::Level::info,
           "memberlist: Marking " + std::string(core.members[id].name()) +
               " as failed, its host says that nobody listens");
    find_dead(step, id);
  }
}

void heard_from(Step& step, const Endpoint& from) {
  Core& core = step.core;
  std::erase_if(core.refusals.entries,
                [&](const Refusals::Entry& entry) { return core.members[entry.id].at == from; });
}

}  // namespace hearsay::swim
