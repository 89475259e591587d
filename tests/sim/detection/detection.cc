#include "sim/detection/detection.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sim/acquaint.h"
#include "sim/world/world.h"
#include "swim/random.h"

namespace hearsay::sim {

using namespace swim;

namespace {

/// Agents are not started at the same moment, and each counts from its own start.
constexpr Duration apart = std::chrono::milliseconds(37);
/// What is heard of at the beginning is over, and beats are agreed on.
constexpr Duration rest = std::chrono::seconds(20);

std::string name_of(NodeIndex i) {
  return "n" + std::to_string(i);
}

/// Who holds whom failed.
class Mourners final : public Watcher {
 public:
  Mourners(const World& world, std::size_t members) : world_(world), members_(members) {}

  void begin(const std::vector<NodeIndex>& victims, Mishap mishap) {
    begun_ = world_.now();
    to_fail_ = mishap == Mishap::kill || mishap == Mishap::hang;
    deaf_ = mishap == Mishap::reject;
    victim_.assign(members_, false);
    for (const NodeIndex victim : victims) {
      victim_[victim] = true;
    }
    heard_.assign(members_ * members_, false);
    missing_.assign(members_, victims.size());
    mourning_ = members_ - victims.size();
  }
  [[nodiscard]] bool all_know() const { return mourning_ == 0; }

  void end(DetectionResult& result) const {
    result.false_failures += wrong_;
    result.missed += to_fail_ && !all_know() ? 1U : 0U;
    if (to_fail_ && all_know()) {
      result.first.push_back(first_ - begun_);
      result.last.push_back(last_ - begun_);
    }
  }

 private:
  void told(NodeIndex i, Event&& event) override {
    const auto* const member = std::get_if<MemberEvent>(&event);
    if (begun_ == Instant{} || member == nullptr || member->kind != MemberEventKind::failed) {
      return;
    }
    if (deaf_ && victim_[i]) {
      return;  // gossip does not reach it
    }
    const auto about = *host_number(member->member.at);
    if (!to_fail_ || !victim_[about]) {
      ++wrong_;
    } else if (!victim_[i] && !heard_[i * members_ + about]) {
      heard_[i * members_ + about] = true;
      note(i);
    }
  }

  void note(NodeIndex i) {
    if (--missing_[i] > 0) {
      return;
    }
    first_ = std::min(first_, world_.now());
    last_ = world_.now();
    --mourning_;
  }

  const World& world_;
  std::size_t members_;
  Instant begun_{};
  Instant first_ = never;
  Instant last_{};
  bool to_fail_ = false;  // the victims
  bool deaf_ = false;     // they are
  std::vector<bool> victim_;
  std::vector<bool> heard_;           // by who heard, and of whom
  std::vector<std::size_t> missing_;  // victims that are not failed there yet
  std::size_t mourning_ = 0;          // who is well, and holds not all of them failed
  std::size_t wrong_ = 0;
};

Config config_of(const Detection& what, NodeIndex i) {
  Config config;
  config.name = name_of(i);
  if (what.tune) {
    what.tune(i, config);
  }
  return config;
}

void form(World& world, const Detection& what) {
  for (NodeIndex i = 0; i < what.members; ++i) {
    world.boot(world.add_host(), config_of(what, i));
    world.run_until(world.now() + apart);
  }
  acquaint(world);
  world.run_until(world.now() + rest);
}

void come_back(World& world, const Detection& what, NodeIndex i, NodeIndex seed) {
  world.boot(i, config_of(what, i));
  const Seed to{host_address(seed)};
  world.call(i, [&](Node& node, Instant now, Output& out) { node.join(now, 1, {&to, 1}, true, out); });
}

void strike(World& world, const Detection& what, NodeIndex victim) {
  if (what.mishap == Mishap::hang) {
    world.pause(victim);
  } else if (what.mishap == Mishap::reject) {
    world.network().firewalls.put(victim, {});
  } else if (what.mishap != Mishap::none) {
    world.crash(victim);
  }
  if (what.mishap == Mishap::restart) {
    const NodeIndex seed = (victim + 1) % what.members;
    world.later(what.away, [&world, &what, victim, seed] { come_back(world, what, victim, seed); });
  }
}

std::vector<NodeIndex> victims_of(const Detection& what, Random& random) {
  std::vector<NodeIndex> all(what.members);
  std::iota(all.begin(), all.end(), NodeIndex{0});
  for (std::size_t i = 0; i < what.victims; ++i) {
    std::swap(all[i], all[i + random.below(static_cast<std::uint32_t>(what.members - i))]);
  }
  all.resize(what.victims);
  return all;
}

std::uint64_t suspicions_at(const World& world) {
  std::uint64_t begun = 0;
  for (NodeIndex i = 0; i < world.size(); ++i) {
    begun += world.node(i).counters().claims_suspect;
  }
  return begun;
}

void run_once(const Detection& what, std::uint64_t seed, DetectionResult& result) {
  World world(seed);
  Mourners mourners(world, what.members);
  world.watch(&mourners);
  form(world, what);
  world.network() = what.network;
  Random random(seed);
  world.run_until(world.now() + std::chrono::milliseconds(1 + random.below(1000)));
  const std::uint64_t suspicions_before = suspicions_at(world);
  const Instant begun = world.now();
  const auto victims = victims_of(what, random);
  mourners.begin(victims, what.mishap);
  for (const NodeIndex victim : victims) {
    strike(world, what, victim);
  }
  while (!mourners.all_know() && world.step(begun + what.watched)) {
  }
  mourners.end(result);
  result.suspicions += suspicions_at(world) - std::min(suspicions_before, suspicions_at(world));
  result.node_hours += std::chrono::duration<double, std::ratio<3600>>(world.now() - begun).count() *
                       static_cast<double>(what.members);
  world.watch(nullptr);
}

}  // namespace

DetectionResult measure_detection(const Detection& what) {
  DetectionResult result;
  for (std::size_t run = 0; run < what.runs; ++run) {
    run_once(what, what.seed + run, result);
  }
  std::ranges::sort(result.first);
  std::ranges::sort(result.last);
  return result;
}

}  // namespace hearsay::sim
