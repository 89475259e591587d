#include "sim/swarm/run.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "sim/checks/agreement.h"
#include "sim/checks/bounds.h"
#include "sim/checks/inspector.h"
#include "sim/fleet.h"
#include "sim/swarm/faults.h"
#include "sim/swarm/workload.h"
#include "sim/units.h"

namespace hearsay::sim {

using namespace swim;
using namespace std::chrono_literals;

namespace {

constexpr Duration look_every = 1s;
constexpr Duration quiet_lasts = 30s;
// Each part has a chance of its own, grown from the seed.
constexpr std::uint64_t fleet_salt = 0x8EBC6AF09C88C6E3U;
constexpr std::uint64_t workload_salt = 0x589965CC75374CC3U;

class Run {
 public:
  Run(const Plan& plan, const RunOptions& options)
      : plan_(plan),
        trace_(options.trace),
        world_(plan.seed),
        fleet_(
            world_, plan.members, [&](NodeIndex i) { return plan.config(i); }, plan.seed ^ fleet_salt),
        inspector_(fleet_, outcome_.report),
        faults_(fleet_, plan, options.trace),
        workload_(fleet_, plan.seed ^ workload_salt) {
    inspector_.look_every = options.look_every;
    inspector_.trace = options.trace;
    inspector_.bounds = bounds_of(plan.config(), plan.members, plan.members);
    world_.network() = plan.weather;
    world_.network().clear_up();
  }

  Outcome whole() {
    form() && suffer() && recover() && rest();
    outcome_.digest = world_.digest();
    outcome_.lasted = world_.now().time_since_epoch();
    outcome_.steps = world_.steps();
    outcome_.false_failures = inspector_.false_failures();
    return std::move(outcome_);
  }

 private:
  void say(const char* what) const {
    if (trace_ != nullptr) {
      std::fprintf(trace_, "%10.4f  %s\n", seconds(world_.now().time_since_epoch()), what);
    }
  }
  [[nodiscard]] bool clean() const { return outcome_.report.clean(); }

  [[nodiscard]] std::vector<NodeIndex> living() const {
    std::vector<NodeIndex> out;
    for (NodeIndex i = 0; i < fleet_.size(); ++i) {
      if (fleet_.life(i) == Life::up) {
        out.push_back(i);
      }
    }
    return out;
  }

  bool run_for(Duration duration) {
    const Instant end = world_.now() + duration;
    while (clean() && world_.step(end)) {
    }
    return clean();
  }

  /// What is still wrong after that time, looking every second.
  template <class Wrong>
  std::optional<std::string> wrong_after(Duration limit, Wrong&& wrong) {
    const Instant end = world_.now() + limit;
    std::optional<std::string> left = wrong();
    while (left && clean() && world_.now() < end) {
      run_for(look_every);
      left = wrong();
    }
    return left;
  }

  /// It is a violation that this is still wrong.
  bool took_too_long(Duration limit, const char* what, const std::optional<std::string>& wrong) {
    if (wrong && clean()) {
      char text[64];
      std::snprintf(text, sizeof text, " %.0f s", seconds(limit));
      outcome_.report.add(world_.now(), std::string(what) + " took longer than" + text + ": " + *wrong);
    }
    return clean();
  }

  template <class Wrong>
  bool settles_within(Duration limit, const char* what, Wrong&& wrong) {
    return took_too_long(limit, what, wrong_after(limit, wrong));
  }

  /// Serf's agents that came back from a leave, with none of ours there to help: each may have heard late
  /// that the other left, and then they know nobody alive, gossip to nobody, and stay parted for ever.
  [[nodiscard]] bool serfs_may_stay_parted() const {
    const auto core = living();
    const bool all_serf =
        std::ranges::all_of(core, [&](NodeIndex i) { return i + plan_.serfs >= plan_.members; });
    return all_serf && std::ranges::any_of(core, [&](NodeIndex i) { return fleet_.dismissed(i); });
  }

  bool views_settle(Duration limit, const char* what) {
    return settles_within(limit, what, [this] { return disagreement(fleet_, living()); });
  }

  /// Everybody starts within a second, and finds the others.
  bool form() {
    inspector_.blameless = true;
    for (NodeIndex i = 0; i < fleet_.size(); ++i) {
      world_.later(i * 1s / static_cast<std::int64_t>(fleet_.size()), [this, i] { fleet_.start(i); });
    }
    run_for(1s);
    say("all are started");
    return views_settle(bounds().agreement, "forming");
  }

  bool suffer() {
    say("faults begin");
    inspector_.blameless = plan_.gentle;
    faults_.schedule();
    workload_.begin(plan_.work_every);
    return run_for(plan_.faults_last);
  }

  bool recover() {
    say("all is healed");
    workload_.end();
    faults_.heal();
    const Instant healed = world_.now();
    const Duration limit = bounds().agreement;
    const auto wrong = wrong_after(limit, [this] { return disagreement(fleet_, living()); });
    outcome_.settled = world_.now() - healed;
    if (wrong && clean() && serfs_may_stay_parted()) {
      say("some stay parted for ever, as Serf's agents may");
      return false;
    }
    return took_too_long(limit, "healing", wrong);
  }

  /// The truth is found for good, and news reach everybody.
  bool rest() {
    say("all agree");
    inspector_.blameless = true;
    const auto core = living();
    if (core.empty()) {
      return true;
    }
    everybody_hears(core);
    run_for(quiet_lasts);
    return clean() && views_settle(Duration::zero(), "staying agreed");
  }

  /// Whose join is still under way may take an event for one from before it, and ignore it; and so may any
  /// newcomer one whose sender has missed an event, and is behind with its clock.
  void everybody_hears(std::vector<NodeIndex> core) {
    const NodeIndex sender =
        *std::ranges::max_element(core, {}, [&](NodeIndex i) { return world_.node(i).stats().event_time; });
    std::erase_if(core, [&](NodeIndex i) { return !fleet_.joined(i); });
    fleet_.send_event(sender, "the last event");
    const Duration limit = bounds().spread + plan_.config().timing.push_pull_interval * 4;
    settles_within(limit, "an event", [&] {
      const auto missed = std::ranges::find_if_not(
          core, [&](NodeIndex i) { return inspector_.has_heard(i, "the last event"); });
      return missed == core.end() ? std::nullopt
                                  : std::optional(Fleet::name(*missed) + " did not hear of it");
    });
  }

  [[nodiscard]] Bounds bounds() const {
    return bounds_of(plan_.config(), fleet_.size(), std::max<std::size_t>(living().size(), 1));
  }

  const Plan& plan_;
  std::FILE* trace_;
  Outcome outcome_;
  World world_;
  Fleet fleet_;
  Inspector inspector_;
  Faults faults_;
  Workload workload_;
};

}  // namespace

Outcome run(const Plan& plan, const RunOptions& options) {
  return Run(plan, options).whole();
}

}  // namespace hearsay::sim
