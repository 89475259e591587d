#include "sim/lifeguard/trial.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/fleet.h"

namespace hearsay::sim::lifeguard {

using namespace swim;
using namespace std::chrono_literals;

namespace {

constexpr Duration quiet_lasts = 15s;
constexpr Duration trial_lasts = 120s;
constexpr Duration starts_apart = 1ms;
constexpr Duration looks_apart = 1s;
// In a short gap a process does not get through with all that waits for it. Serf 0.9.4 takes so long for a
// datagram with four updates.
constexpr Duration read_takes = 50us;

class Run final : private Watcher {
 public:
  Run(const Trial& trial, const Mode& mode, const Tuning& tuning)
      : trial_(trial),
        pause_(pause_of(mode)),
        world_(trial.seed),
        fleet_(
            world_, cluster_size, [&](NodeIndex) { return config_of(mode, tuning); }, trial.seed),
        paused_(cluster_size),
        seen_by_(cluster_size),
        reported_(cluster_size * cluster_size) {
    world_.read_takes = read_takes;
    fleet_.seeds_end = 1;
    fleet_.watch(this);
  }

  Outcome whole() {
    form();
    choose();
    begun_ = world_.now();
    trial_.threshold() ? once() : again_and_again();
    counting_ = false;
    return outcome_;
  }

 private:
  void form() {
    for (NodeIndex i = 0; i < cluster_size; ++i) {
      world_.later(static_cast<std::int64_t>(i) * starts_apart, [this, i] { fleet_.start(i); });
    }
    world_.run_until(world_.now() + quiet_lasts);
    outcome_.formed = recovered();
    counting_ = true;
  }

  void choose() {
    std::vector<NodeIndex> order(cluster_size);
    std::iota(order.begin(), order.end(), NodeIndex{0});
    Random lot(trial_.seed);
    lot.shuffle(std::span(order));
    for (const NodeIndex i : std::span(order).first(trial_.paused)) {
      paused_[i] = true;
    }
  }

  void pause_for(Duration lasts) {
    each_paused([this](NodeIndex i) { world_.pause(i, pause_); });
    world_.run_until(world_.now() + lasts);
    each_paused([this](NodeIndex i) { world_.resume(i); });
  }

  void again_and_again() {
    const Instant end = begun_ + trial_lasts;
    pause_for(trial_.pause);
    while (world_.now() < end) {
      world_.run_until(world_.now() + trial_.gap);
      pause_for(trial_.pause);
    }
  }

  void once() {
    pause_for(trial_.pause);
    const Instant end = begun_ + std::max<Duration>(trial_lasts, trial_.pause);
    while (world_.now() < end && !recovered()) {
      world_.run_until(world_.now() + looks_apart);
    }
  }

  [[nodiscard]] bool recovered() const {
    for (NodeIndex i = 0; i < cluster_size; ++i) {
      if (!world_.up(i) || world_.node(i).members().count(Liveness::alive) != cluster_size) {
        return false;
      }
    }
    return true;
  }

  template <class Act>
  void each_paused(Act&& act) {
    for (NodeIndex i = 0; i < cluster_size; ++i) {
      if (paused_[i]) {
        act(i);
      }
    }
  }

  void sent(NodeIndex, const Endpoint&, Bytes bytes) override {
    outcome_.messages += counting_ ? 1U : 0U;
    outcome_.bytes += counting_ ? bytes.size() : 0U;
  }

  void told(NodeIndex i, Event&& event) override {
    const auto* const member = std::get_if<MemberEvent>(&event);
    if (counting_ && member != nullptr && member->kind == MemberEventKind::failed) {
      failed(i, fleet_.by_name(member->member.name()));
    }
  }

  void failed(NodeIndex reporter, NodeIndex whom) {
    if (!paused_[whom]) {
      ++outcome_.false_positives;
      outcome_.healthy_positives += paused_[reporter] ? 0U : 1U;
    } else if (!paused_[reporter]) {
      detected(reporter, whom);
    }
  }

  void detected(NodeIndex reporter, NodeIndex whom) {
    if (reported_[reporter * cluster_size + whom]) {
      return;
    }
    reported_[reporter * cluster_size + whom] = true;
    const float after = std::chrono::duration<float>(world_.now() - begun_).count();
    if (++seen_by_[whom] == 1) {
      outcome_.first[outcome_.detected++] = after;
    }
    if (seen_by_[whom] == cluster_size - trial_.paused) {
      outcome_.full[outcome_.disseminated++] = after;
    }
  }

  Trial trial_;
  Pause pause_;
  World world_;
  Fleet fleet_;
  Outcome outcome_;
  Instant begun_{};
  bool counting_ = false;
  std::vector<bool> paused_;          // by member
  std::vector<std::size_t> seen_by_;  // by paused member: healthy ones that called it failed
  std::vector<bool> reported_;        // by reporter and member
};

}  // namespace

Outcome run(const Trial& trial, const Mode& mode, const Tuning& tuning) {
  return Run(trial, mode, tuning).whole();
}

}  // namespace hearsay::sim::lifeguard
