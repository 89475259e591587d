#include "sim/swarm/plan.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include "sim/serf_mode.h"
#include "sim/units.h"
#include "swim/random.h"

namespace hearsay::sim {

using namespace swim;
using namespace std::chrono_literals;

namespace {

/// Draws in a fixed order: a statement a draw, because the order within one differs between compilers.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  bool one_in(std::uint32_t n) { return random_.below(n) == 0; }
  std::uint32_t below(std::uint32_t n) { return random_.below(n); }
  Duration between(Duration least, Duration most) {
    const auto span = static_cast<std::uint32_t>((most - least) / 1ms);
    return least + std::chrono::milliseconds(random_.below(span + 1));
  }
  /// 0 to `percent_max`, as a share.
  double share(std::uint32_t percent_max) { return random_.below(percent_max + 1) * 0.01; }
  /// `count` different ones of `n`.
  std::vector<NodeIndex> some(std::size_t count, std::size_t n) {
    std::vector<NodeIndex> all(n);
    for (NodeIndex i = 0; i < n; ++i) {
      all[i] = i;
    }
    random_.shuffle(std::span(all));
    all.resize(std::min(count, n));
    std::ranges::sort(all);
    return all;
  }

 private:
  Random random_;
};

/// Small clusters have their own bugs, and run fast: most are small.
std::size_t draw_size(Draw& draw, std::size_t most) {
  const std::size_t cap = draw.one_in(8)   ? most
                          : draw.one_in(2) ? std::min<std::size_t>(most, 16)
                                           : std::min<std::size_t>(most, 7);
  return 2 + draw.below(static_cast<std::uint32_t>(cap - 1));
}

void draw_weather(Draw& draw, Plan& plan) {
  Network& weather = plan.weather;
  weather.latency = std::chrono::microseconds(100 + draw.below(draw.one_in(4) ? 20'000 : 1'000));
  weather.jitter = draw.one_in(2) ? weather.latency / 4 : Duration::zero();
  weather.link_spread = draw.one_in(4) ? std::chrono::milliseconds(draw.below(20)) : Duration::zero();
  weather.link_seed = plan.seed;
  weather.loss = draw.one_in(2) ? draw.share(plan.gentle ? 2 : 15) : 0;
  weather.duplicate = draw.one_in(3) ? draw.share(20) : 0;
  weather.reorder = draw.one_in(3) ? draw.share(30) : 0;
  weather.reorder_by = draw.between(1ms, 100ms);
  // Unsealed, a changed byte may make another member of one: that is not the protocol's to notice.
  weather.corrupt = plan.key_bytes > 0 && draw.one_in(3) ? draw.share(5) : 0;
}

FaultKind draw_kind(Draw& draw, bool gentle) {
  constexpr FaultKind harmless[] = {FaultKind::crash, FaultKind::power_off, FaultKind::leave};
  constexpr FaultKind all[] = {FaultKind::crash, FaultKind::power_off, FaultKind::leave,  FaultKind::pause,
                               FaultKind::slow,  FaultKind::cut_out,   FaultKind::cut_in, FaultKind::cut,
                               FaultKind::lossy, FaultKind::storm};
  const auto kinds = gentle ? std::span<const FaultKind>(harmless) : std::span<const FaultKind>(all);
  return kinds[draw.below(static_cast<std::uint32_t>(kinds.size()))];
}

Fault draw_fault(Draw& draw, const Plan& plan) {
  Fault fault{};
  fault.kind = draw_kind(draw, plan.gentle);
  fault.at = draw.between(0s, plan.faults_last * 3 / 4);
  const bool many = draw.one_in(4);
  const std::size_t count = many ? 1 + draw.below(static_cast<std::uint32_t>(plan.members)) : 1;
  fault.who = draw.some(count, plan.members);
  const bool quick = draw.one_in(3);
  fault.lasts = draw.between(100ms, quick ? Duration(3s) : plan.faults_last / 2);
  const bool ends_processes = fault.kind <= FaultKind::leave;
  if (ends_processes && draw.one_in(4)) {
    fault.lasts = Fault::for_good;
  }
  fault.much = 0.1 + draw.share(fault.kind == FaultKind::storm ? 40 : 85);
  return fault;
}

}  // namespace

const char* to_text(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::crash:
      return "crash";
    case FaultKind::power_off:
      return "power off";
    case FaultKind::leave:
      return "leave";
    case FaultKind::pause:
      return "pause";
    case FaultKind::slow:
      return "slow";
    case FaultKind::cut_out:
      return "cut outgoing";
    case FaultKind::cut_in:
      return "cut incoming";
    case FaultKind::cut:
      return "cut";
    case FaultKind::lossy:
      return "lossy";
    case FaultKind::storm:
      return "storm";
  }
  return "";
}

Config Plan::config(NodeIndex i) const {
  Config config;
  if (i + serfs >= members) {
    do_as_serf(config);
  }
  config.timing = profile == "wan" ? Timing::wan() : profile == "local" ? Timing::local() : Timing::lan();
  config.compress = compress;
  if (key_bytes > 0) {
    config.keys.assign(1, Buffer(key_bytes, std::byte{0x5a}));
  }
  return config;
}

Plan plan_of(std::uint64_t seed, std::size_t members_max) {
  Draw draw(seed);
  Plan plan;
  plan.seed = seed;
  plan.gentle = draw.below(5) < 2;
  plan.members = draw_size(draw, members_max);
  constexpr const char* profiles[] = {"lan", "lan", "lan", "local", "wan"};
  plan.profile = profiles[draw.below(5)];
  constexpr std::size_t keys[] = {0, 0, 16, 32};
  plan.key_bytes = keys[draw.below(4)];
  plan.compress = !draw.one_in(4);
  draw_weather(draw, plan);
  plan.faults_last = draw.between(20s, 180s);
  const std::uint32_t faults = draw.below(8);
  for (std::uint32_t i = 0; i < faults; ++i) {
    plan.faults.push_back(draw_fault(draw, plan));
  }
  std::ranges::stable_sort(plan.faults, {}, &Fault::at);
  plan.work_every = draw.one_in(4) ? Duration::zero() : draw.between(100ms, 5s);
  const bool mixed = draw.one_in(4);
  plan.serfs = mixed ? 1 + draw.below(static_cast<std::uint32_t>(plan.members)) : 0;
  return plan;
}

std::string Plan::describe() const {
  char line[256];
  std::snprintf(line, sizeof line,
                "%zu members, %zu of them in Serf's mode, %s, %s, %s; latency %.1f ms, jitter %.1f ms; loss "
                "%.2f, duplicates %.2f, reordered "
                "%.2f, corrupted %.2f; %s\n",
                members, serfs, profile.c_str(), key_bytes > 0 ? "sealed" : "open",
                compress ? "compressed" : "plain", 1000 * seconds(weather.latency),
                1000 * seconds(weather.jitter), weather.loss, weather.duplicate, weather.reorder,
                weather.corrupt,
                gentle ? "no reason to call a healthy member failed" : "anything may happen");
  std::string text = line;
  for (const Fault& fault : faults) {
    std::snprintf(line, sizeof line, "  at %.1f s: %s", seconds(fault.at), to_text(fault.kind));
    text += line;
    if (fault.kind == FaultKind::lossy || fault.kind == FaultKind::storm) {
      std::snprintf(line, sizeof line, " %.2f", fault.much);
      text += line;
    }
    if (fault.kind != FaultKind::storm) {
      for (const NodeIndex i : fault.who) {
        text += " n" + std::to_string(i);
      }
    }
    if (fault.lasts == Fault::for_good) {
      text += ", for good\n";
    } else {
      std::snprintf(line, sizeof line, ", for %.1f s\n", seconds(fault.lasts));
      text += line;
    }
  }
  return text;
}

}  // namespace hearsay::sim
