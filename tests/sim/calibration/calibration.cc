#include "sim/calibration/calibration.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/acquaint.h"
#include "sim/units.h"
#include "sim/world/world.h"

namespace hearsay::sim {

using namespace swim;
using namespace std::chrono_literals;

namespace {

// As in calibrate.py.
constexpr Duration watched = 4s;
constexpr Duration between_news = 137ms;
constexpr std::size_t tag_watchers = 25;
constexpr std::string_view svc = "svc";

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

class Experiment final : public Watcher {
 public:
  explicit Experiment(const Calibration& what) : what_(what), world_(what.seed), known_(what.members) {
    world_.watch(this);
    world_.network() = what.network;
    for (NodeIndex i = 0; i < what.members; ++i) {
      world_.boot(world_.add_host(), config(i));
    }
    acquaint(world_);
    world_.run_until(world_.now() + 1min);
  }

  Figures whole() {
    idle();
    of_news(figures_.event_half_ms, figures_.event_last_ms, figures_.event_datagrams, 1,
            [this](std::size_t number) { send_event(number); });
    of_news(figures_.tags_half_ms, figures_.tags_last_ms, figures_.tags_datagrams,
            std::max<std::size_t>(1, what_.members / tag_watchers),
            [this](std::size_t number) { change_tags(number); });
    kills();
    return figures_;
  }

 private:
  [[nodiscard]] static std::string name(NodeIndex i) { return "n" + std::to_string(i); }

  [[nodiscard]] Config config(NodeIndex i) const {
    Config config;
    config.name = name(i);
    config.tags = {{"port", std::to_string(8000 + i)}, {std::string(svc), i % 10 == 0 ? "whoami" : "other"}};
    config.habits = what_.habits;
    return config;
  }

  [[nodiscard]] double datagrams() const {
    std::uint64_t all = 0;
    for (NodeIndex i = 0; i < world_.size(); ++i) {
      all += world_.node(i).counters().datagrams_received;
    }
    return static_cast<double>(all) / static_cast<double>(what_.members);
  }

  void idle() {
    constexpr double lasts_s = 30;
    const double before = datagrams();
    world_.run_until(world_.now() + 30s);
    figures_.idle_datagrams_per_s = (datagrams() - before) / lasts_s;
  }

  void begin() {
    begun_ = world_.now();
    std::ranges::fill(known_, never);
  }

  /// When each `every`th of those that are up knew, after begin(); ascending.
  [[nodiscard]] std::vector<double> times(std::size_t every) const {
    std::vector<double> out;
    for (NodeIndex i = 0; i < known_.size(); i += every) {
      if (world_.up(i)) {
        out.push_back(ms((known_[i] == never ? world_.now() : known_[i]) - begun_));
      }
    }
    std::ranges::sort(out);
    return out;
  }

  template <class Tell>
  void of_news(double& half_ms, double& last_ms, double& sent, std::size_t every, Tell&& tell) {
    std::vector<double> halves;
    std::vector<double> lasts;
    std::vector<double> counts;
    for (std::size_t number = 0; number < what_.news; ++number) {
      const double before = datagrams();
      begin();
      tell(number);
      world_.run_until(world_.now() + watched);
      counts.push_back(datagrams() - before);
      const auto known = times(every);
      halves.push_back(known[known.size() / 2]);
      lasts.push_back(known.back());
      world_.run_until(world_.now() + between_news);
    }
    half_ms = median(halves);
    last_ms = median(lasts);
    sent = median(counts);
  }

  void send_event(std::size_t number) {
    token_ = "e" + std::to_string(number);
    world_.call(number % what_.members, [this](Node& node, Instant now, Output& out) {
      return node.send_event(now, token_, Buffer(64, std::byte{'x'}), false, out).has_value();
    });
  }

  void change_tags(std::size_t number) {
    token_ = "n1";
    world_.call(1, [number](Node& node, Instant now, Output& out) {
      return node.set_tags(now, 1, {{"port", "8001"}, {std::string(svc), "v" + std::to_string(number)}}, out)
          .has_value();
    });
  }

  void kills() {
    std::vector<double> firsts;
    std::vector<double> lasts;
    for (std::size_t turn = 1; turn <= what_.kills; ++turn) {
      const NodeIndex victim = what_.members - turn;
      token_ = name(victim);
      begin();
      world_.crash(victim);
      const Instant limit = begun_ + 90s;
      while (world_.now() < limit && !all_know()) {
        world_.run_until(world_.now() + 50ms);
      }
      const auto known = times(1);
      firsts.push_back(known.front() / 1000);
      lasts.push_back(known.back() / 1000);
    }
    figures_.kill_first_s = median(firsts);
    figures_.kill_last_s = median(lasts);
  }

  [[nodiscard]] bool all_know() const {
    for (NodeIndex i = 0; i < known_.size(); ++i) {
      if (world_.up(i) && known_[i] == never) {
        return false;
      }
    }
    return true;
  }

  void told(NodeIndex i, Event&& event) override {
    const auto* const user = std::get_if<UserEventReceived>(&event);
    const auto* const member = std::get_if<MemberEvent>(&event);
    const bool about =
        (user != nullptr && user->name == token_) || (member != nullptr && member->member.name() == token_);
    if (about && known_[i] == never) {
      known_[i] = world_.now();
    }
  }

  const Calibration& what_;
  World world_;
  Figures figures_;
  std::string token_;  // the name of what is awaited: an event, or a member that changes
  Instant begun_{};
  std::vector<Instant> known_;
};

}  // namespace

Figures calibrate(const Calibration& what) {
  return Experiment(what).whole();
}

}  // namespace hearsay::sim
