// Two nodes and whatever may happen to them: each byte and what follows it is an operation. Afterwards the
// network is healed, and they must agree.
#include <array>
#include <string>

#include "fuzz/input.h"
#include "fuzz/target.h"
#include "sim/cluster.h"

namespace hearsay::fuzz {
namespace {

using namespace swim;
using namespace std::chrono_literals;
using sim::Cluster;
using sim::NodeIndex;

class Pair {
 public:
  explicit Pair(std::uint64_t seed) : cluster_(2, {}, seed) {}

  void run(Input& in) {
    for (int operations = 0; !in.empty() && operations < 64; ++operations) {
      const unsigned what = in.byte();
      const NodeIndex who = what & 1U;
      act(who, what >> 1U, in);
      cluster_.run_for(1ms);
    }
  }

  /// Back to what should be: whoever was stopped runs, whoever is gone is started, and they join again.
  void heal() {
    cluster_.network.clear_up();
    for (const NodeIndex i : {NodeIndex{0}, NodeIndex{1}}) {
      cluster_.resume(i);
      if (cluster_.node(i).phase() != Phase::running || down_.at(i)) {
        restart(i);
      }
    }
    cluster_.run_for(1min);
    cluster_.join(1, 0);
    HEARSAY_INVARIANT(cluster_.settles_within(15min, [&] { return cluster_.all_see_alive(2); }));
    cluster_.set_tags(0, {{"last", "word"}});
    HEARSAY_INVARIANT(
        cluster_.settles_within(2min, [&] { return cluster_.tags_of(1, 0) == cluster_.node(0).tags(); }));
  }

 private:
  void act(NodeIndex who, unsigned what, Input& in) {
    const NodeIndex other = 1 - who;
    switch (what % 16) {
      case 0:
        cluster_.join(who, other, in.below(2) != 0);
        return;
      case 1:
        cluster_.leave(who);
        return;
      case 2:
        cluster_.set_tags(who, {{std::string(in.text(in.byte())), std::string(in.text(in.byte()))}});
        return;
      case 3:
        cluster_.send_event(who, std::string(in.text(in.byte())), std::string(in.text(in.byte())));
        return;
      case 4:
        static_cast<void>(cluster_.query(who, std::string(in.text(8)), "?", query_options(in)));
        return;
      case 5:
        cluster_.force_leave(who, Cluster::name(in.below(3)), in.below(2) != 0);
        return;
      case 6:
        cluster_.crash(who);
        down_.at(who) = true;
        return;
      case 7:
        restart(who);
        return;
      case 8:
        cluster_.pause(who);
        return;
      case 9:
        cluster_.resume(who);
        return;
      case 10:
        cluster_.network.cut_one_way(who, other);
        return;
      case 11:
        cluster_.network.heal();
        return;
      case 12:
        cluster_.network.loss = in.below(8) / 10.0;
        cluster_.network.corrupt = in.below(4) / 10.0;
        cluster_.network.duplicate = in.below(4) / 10.0;
        return;
      case 13:
        answer_all(who);
        return;
      case 14:
        cluster_.run_for(in.byte() * 20ms);
        return;
      default:
        cluster_.run_for(in.byte() * 1s);
    }
  }

  static QueryOptions query_options(Input& in) {
    QueryOptions options;
    options.want_acks = in.below(2) != 0;
    options.relay_factor = in.below(3);
    options.timeout = in.byte() * 10ms;
    return options;
  }

  void restart(NodeIndex i) {
    cluster_.restart(i);
    down_.at(i) = false;
  }

  void answer_all(NodeIndex who) {
    for (; answered_.at(who) < cluster_.events(who).size(); ++answered_.at(who)) {
      if (const auto* query = std::get_if<QueryReceived>(&cluster_.events(who)[answered_.at(who)])) {
        static_cast<void>(cluster_.respond(who, {query->ltime, query->id}, "!"));
      }
    }
  }

  Cluster cluster_;
  std::array<bool, 2> down_{};
  std::array<std::size_t, 2> answered_{};  // of the events told
};

}  // namespace

void run(Bytes bytes) {
  Input in(bytes);
  Pair pair(in.byte());
  pair.run(in);
  pair.heal();
}

}  // namespace hearsay::fuzz
