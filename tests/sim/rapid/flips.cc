#include "sim/rapid/flips.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/rapid/at_rest.h"
#include "swim/random.h"

namespace hearsay::sim::rapid {

using namespace swim;

namespace {

/// What everybody holds of everybody, and how often it changed.
class Onlooker final : public Watcher {
 public:
  explicit Onlooker(const Fleet& fleet) : fleet_(fleet), size_(fleet.size()), views_(size_ * size_) {}

  void begin(std::vector<bool> faulty) {
    faulty_ = std::move(faulty);
    begun_ = fleet_.world().now();
  }

  void end(FlipsResult& result) const {
    for (NodeIndex viewer = 0; viewer < size_; ++viewer) {
      for (NodeIndex member = 0; member < size_; ++member) {
        if (viewer != member) {
          add(views_[viewer * size_ + member], result.views[kind_of(viewer)][kind_of(member)]);
        }
      }
    }
    result.first_flip = first_flip_;
    result.last_flip = last_flip_;
    result.datagrams = datagrams_;
  }

 private:
  struct View {
    std::uint32_t flips = 0;
    bool failed = false;
  };

  static void add(const View& view, Views& to) {
    ++to.count;
    to.flipped += view.flips > 0 ? 1U : 0U;
    to.flips += view.flips;
    to.flips_most = std::max(to.flips_most, view.flips);
    to.failed_at_last += view.failed ? 1U : 0U;
  }

  [[nodiscard]] bool begun() const { return !faulty_.empty(); }
  [[nodiscard]] FlipsResult::Kind kind_of(NodeIndex i) const {
    return faulty_[i] ? FlipsResult::faulty : FlipsResult::healthy;
  }

  void sent(NodeIndex, const Endpoint&, Bytes) override { datagrams_ += begun() ? 1U : 0U; }

  void told(NodeIndex viewer, Event&& event) override {
    const auto* const member = std::get_if<MemberEvent>(&event);
    if (begun() && member != nullptr) {
      const NodeIndex subject = fleet_.by_name(member->member.name());
      if (member->kind == MemberEventKind::failed || member->kind == MemberEventKind::join) {
        holds(viewer, subject, member->kind == MemberEventKind::failed);
      }
    }
  }

  void holds(NodeIndex viewer, NodeIndex subject, bool failed) {
    View& view = views_[viewer * size_ + subject];
    if (view.failed == failed) {
      return;
    }
    view.failed = failed;
    ++view.flips;
    if (faulty_[viewer]) {
      return;
    }
    last_flip_ = fleet_.world().now() - begun_;
    if (faulty_[subject] && first_flip_ == Duration::zero()) {
      first_flip_ = last_flip_;
    }
  }

  const Fleet& fleet_;
  std::size_t size_;
  std::vector<View> views_;  // viewer by member
  std::vector<bool> faulty_;
  Instant begun_{};
  Duration first_flip_{};
  Duration last_flip_{};
  std::uint64_t datagrams_ = 0;
};

/// Which members, by lot.
std::vector<bool> draw_faulty(const Flips& what, Random& random) {
  std::vector<bool> faulty(what.members);
  for (std::size_t drawn = 0; drawn < std::min(what.faulty, what.members);) {
    const NodeIndex i = random.below(static_cast<std::uint32_t>(what.members));
    drawn += faulty[i] ? 0U : 1U;
    faulty[i] = true;
  }
  return faulty;
}

void impair(World& world, const std::vector<bool>& faulty, double sent, double received) {
  for (NodeIndex i = 0; i < faulty.size(); ++i) {
    if (faulty[i]) {
      world.network().lose_at(i, sent, received);
    }
  }
}

void watch(World& world, const Flips& what, const std::vector<bool>& faulty) {
  const Instant end = world.now() + what.watched;
  for (bool ill = true; world.now() < end; ill = !ill) {
    impair(world, faulty, ill ? what.loss_sent : 0, ill ? what.loss_received : 0);
    world.run_until(what.period > Duration::zero() ? std::min(end, world.now() + what.period) : end);
  }
}

}  // namespace

FlipsResult measure_flips(const Flips& what) {
  World world(what.seed);
  Fleet fleet(
      world, what.members, [&](NodeIndex i) { return tuned(what.tune, i); }, what.seed);
  world.network().latency = what.latency;
  Onlooker onlooker(fleet);
  fleet.watch(&onlooker);
  bring_to_rest(fleet);
  Random random(what.seed);
  const std::vector<bool> faulty = draw_faulty(what, random);
  onlooker.begin(faulty);
  watch(world, what, faulty);
  FlipsResult result;
  onlooker.end(result);
  result.digest = world.digest();
  return result;
}

}  // namespace hearsay::sim::rapid
