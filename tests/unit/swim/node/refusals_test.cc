// A process that is gone is known from its host's own word, and only from that with corroboration.
#include <doctest/doctest.h>

#include "scene.h"
#include "swim/members/refusals.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t members = 20;

std::size_t failures_of(Cluster& cluster, NodeIndex about) {
  std::size_t told = 0;
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    told += cluster.count_member_events(i, MemberEventKind::failed, about);
  }
  return told;
}

std::size_t all_failures(Cluster& cluster) {
  std::size_t told = 0;
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    told += failures_of(cluster, i);
  }
  return told;
}

/// A node alone, whose peers are played: it has just pinged one of them.
class Probing {
 public:
  Probing() {
    node_.start(now_, out_);
    for (std::uint8_t i = 1; i <= 5; ++i) {
      node_.receive(now_, at(i), alive(name(i), 1, at(i)), out_);
    }
    while (target_ == 0) {
      tick();
      std::ranges::for_each(out_.datagrams, [this](const Datagram& sent) { note(sent); });
    }
  }

  void refuse_ping() { node_.refused(now_, at(target_), ping_, out_); }
  void ask_others() {
    while (out_.streams.empty()) {
      tick();
    }
  }
  /// By its host, or with a word about somebody who was refused.
  void end_tcp_ping(bool refused) {
    const StreamId stream = std::get<StreamOpen>(out_.streams.back()).stream;
    if (refused) {
      return node_.stream_closed(now_, stream, StreamEnd::refused, "", out_);
    }
    node_.stream_connected(now_, stream, out_);
    node_.stream_received(now_, stream, encoded(wire::ErrorReply{"connect: connection refused"}), out_);
  }
  void send_nacks() {
    for (std::uint8_t i = 1; i <= 5; ++i) {
      node_.receive(now_, at(i), encoded(wire::Nack{.seq_no = seq_no_}), out_);
    }
  }
  [[nodiscard]] bool target_is(Liveness liveness) const {
    return node_.members()[node_.members().find(name(target_))].liveness == liveness;
  }

 private:
  static Endpoint at(std::uint8_t i) { return {IpAddress::v4(10, 0, 0, i), 7946}; }
  static std::string name(std::uint8_t i) { return "p" + std::to_string(i); }
  static Config config() {
    Config config;
    config.name = "self";
    config.advertise = {IpAddress::v4(10, 0, 0, 200), 7946};
    config.compress = false;
    return config;
  }
  void tick() {
    out_.clear();
    now_ = std::max(now_, node_.next_deadline());
    node_.tick(now_, out_);
  }
  /// If it is a ping, maybe with rumors behind it.
  void note(const Datagram& sent) {
    const Bytes bytes = out_.bytes(sent);
    const bool compound = bytes[0] == static_cast<std::byte>(wire::MessageType::compound);
    const std::size_t first = compound ? 2 + 2 * std::to_integer<std::size_t>(bytes[1]) : 0;
    if (bytes[first] != static_cast<std::byte>(wire::MessageType::ping)) {
      return;
    }
    ping_.assign(bytes.begin(), bytes.end());
    seq_no_ = wire::decode_prefix<wire::Ping>(bytes.subspan(first + 1))->value.seq_no;
    for (std::uint8_t i = 1; i <= 5; ++i) {
      target_ = sent.to == at(i) ? i : target_;
    }
  }

  Instant now_{1s};
  Output out_;
  Node node_{config(), 1, now_};
  std::uint8_t target_ = 0;
  std::uint32_t seq_no_ = 0;
  Buffer ping_;
};

}  // namespace

TEST_CASE("a killed member is failed once it was refused twice, not before and not long after") {
  Cluster cluster(members);
  settle(cluster);
  cluster.crash(1);
  cluster.run_for(refute_within(Timing::lan()));
  CHECK(failures_of(cluster, 1) == 0);
  CHECK(cluster.settles_within(2200ms, [&] { return cluster.all_see(1, MemberStatus::failed); }));
  CHECK(failures_of(cluster, 1) == members - 1);
}

TEST_CASE("members killed one after another are each found as soon as the first") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Cluster cluster(members, {}, seed);
    settle(cluster);
    for (NodeIndex i = 1; i <= 6; ++i) {
      CAPTURE(seed);
      CAPTURE(i);
      cluster.crash(i);
      // An interval more than above: a probe may go by one that died just before. By time alone it takes
      // five.
      CHECK(cluster.settles_within(refute_within(Timing::lan()) + 3200ms,
                                   [&] { return cluster.all_see(i, MemberStatus::failed); }));
    }
  }
}

TEST_CASE("a member that is back within a second was never failed") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Cluster cluster(members, {}, seed);
    settle(cluster);
    cluster.run_for(std::chrono::milliseconds(50 * seed));
    cluster.crash(1);
    cluster.run_for(1s);
    cluster.restart(1);
    cluster.join(1, 2);
    cluster.run_for(20s);
    CHECK(failures_of(cluster, 1) == 0);
    CHECK(cluster.all_see(1, MemberStatus::alive));
  }
}

TEST_CASE("a host that says nothing gets more time than one that refuses") {
  Cluster cluster(members);
  settle(cluster);
  cluster.pause(1);
  cluster.run_for(3900ms);
  CHECK(failures_of(cluster, 1) == 0);
}

TEST_CASE("from the suspicion to the verdict a refused member always has its time to refute") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Cluster cluster(members, {}, seed);
    settle(cluster);
    cluster.network.loss = 0.25;  // so that helpers' words are missing, and probes end late
    cluster.crash(1);
    const auto seen = [&](Liveness liveness) {
      for (NodeIndex i = 0; i < members; ++i) {
        if (i != 1 && cluster.liveness(i, 1) == liveness) {
          return true;
        }
      }
      return false;
    };
    REQUIRE(cluster.settles_within(20s, [&] { return seen(Liveness::suspect); }));
    cluster.run_for(refute_within(Timing::lan()) - 20ms);
    CHECK_FALSE(seen(Liveness::dead));
  }
}

TEST_CASE("a firewall between two members is no death") {
  Cluster cluster(members);
  settle(cluster);
  cluster.network.reject.insert({0, 1});
  cluster.network.reject.insert({1, 0});
  cluster.run_for(3min);
  CHECK(all_failures(cluster) == 0);
}

TEST_CASE("who is refused by all others does not bury them by that") {
  Cluster cluster(members);
  settle(cluster);
  for (NodeIndex i = 1; i < members; ++i) {
    cluster.network.reject.insert({0, i});
  }
  cluster.run_for(8s);
  CHECK(all_failures(cluster) == 0);
}

TEST_CASE("a member that fails and comes back every few minutes is soon given more time") {
  Cluster cluster(members);
  settle(cluster);
  const auto by_refusals = [&] {
    std::uint64_t failed = 0;
    for (NodeIndex i = 0; i < members; ++i) {
      failed += cluster.node(i).counters().failed_by_refusals;
    }
    return failed;
  };
  for (int times = 1; times <= 4; ++times) {
    const std::uint64_t before = by_refusals();
    cluster.crash(1);
    REQUIRE(cluster.settles_within(1min, [&] { return cluster.all_see(1, MemberStatus::failed); }));
    CHECK((by_refusals() > before) == (times <= 3));
    cluster.run_for(2min);  // the detector has forgotten it
    REQUIRE(cluster.liveness(0, 1) == Liveness::unknown);
    cluster.restart(1);
    cluster.join(1, 2);
    REQUIRE(cluster.settles_within(1min, [&] { return cluster.all_see(1, MemberStatus::alive); }));
    cluster.run_for(1min);
  }
}

TEST_CASE("a helper's word counts once, however often it comes") {
  Cluster cluster(5, [](NodeIndex i, Config& config) { config.habits.believe_refusals = i == 0; });
  settle(cluster);
  cluster.network.duplicate = 1;
  cluster.network.udp_cut = {{3, 0}, {4, 0}};
  cluster.crash(1);
  cluster.run_for(3900ms);
  CHECK(cluster.node(0).counters().probes_refused > 0);
  CHECK(cluster.node(0).counters().failed_by_refusals == 0);
  CHECK(cluster.liveness(0, 1) != Liveness::dead);
}

TEST_CASE("a dial that is refused bears a refusal out; a peer that writes of one does not") {
  for (const bool refused : {true, false}) {
    Probing probing;
    probing.refuse_ping();
    probing.end_tcp_ping(refused);
    probing.send_nacks();
    CHECK(probing.target_is(refused ? Liveness::suspect : Liveness::alive));
  }
}

TEST_CASE("a refusal that comes after all other evidence ends the probe as well") {
  Probing probing;
  probing.ask_others();
  probing.end_tcp_ping(true);
  probing.send_nacks();
  REQUIRE(probing.target_is(Liveness::alive));
  probing.refuse_ping();
  CHECK(probing.target_is(Liveness::suspect));
}

TEST_CASE("without a helper's word a refusal is no verdict") {
  Cluster cluster(2);
  settle(cluster);
  cluster.crash(1);
  cluster.run_for(4s);
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
}

TEST_CASE("a refusal that quotes nothing of a probe under way changes nothing") {
  Cluster cluster(members);
  settle(cluster);
  Output out;
  for (int i = 0; i < 30; ++i) {
    cluster.run_for(100ms);
    cluster.node(0).refused(cluster.now(), Cluster::address(1), as_bytes(std::string(200, 'x')), out);
  }
  CHECK(out.empty());
  CHECK(cluster.node(0).counters().refusals_unmatched == 30);
  CHECK(cluster.node(0).counters().probes_refused == 0);
}

TEST_CASE("in Serf's mode refusals say nothing") {
  Cluster cluster(members, [](NodeIndex, Config& config) { config.habits = Habits::serf(); });
  settle(cluster);
  cluster.crash(1);
  cluster.run_for(4s);
  CHECK(failures_of(cluster, 1) == 0);
}
