// Who has to give up a name that two agents use (proto/serf.md, "Name conflict"). Serf's loser goes when
// nobody votes; here only a strict majority of at least three voters that are members takes a name away.
#include <doctest/doctest.h>

#include <optional>

#include "scene.h"
#include "swim/wire/packet.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Reads the conflict query out of what a node sends.
struct QuerySpy final : wire::PacketHandler {
  std::optional<QueryKey> found;

  void on_message(wire::MessageType type, Bytes body) override {
    if (type != wire::MessageType::user || body.front() != static_cast<std::byte>(wire::SerfType::query)) {
      return;
    }
    const auto query = wire::decode<wire::Query>(body.subspan(1));
    REQUIRE(query);
    found = QueryKey{query->ltime, query->id};
  }
  void on_packet_error(wire::PacketError) override {}
};

/// Reads what a query is answered with.
struct AnswerSpy final : wire::PacketHandler {
  std::optional<Buffer> found;

  void on_message(wire::MessageType type, Bytes body) override {
    REQUIRE(type == wire::MessageType::user);
    REQUIRE(body.front() == static_cast<std::byte>(wire::SerfType::query_response));
    const auto response = wire::decode<wire::QueryResponse>(body.subspan(1));
    REQUIRE(response);
    found.emplace(response->payload.begin(), response->payload.end());
  }
  void on_packet_error(wire::PacketError) override {}
};

/// Six agents, of which n0 hears that its name is used elsewhere. What the others really answer is
/// lost; the votes are the test's.
struct Vote {
  Cluster cluster;
  QuerySpy spy;
  wire::PacketOpener opener;

  explicit Vote(bool resolve = true)
      : cluster(6, [resolve](NodeIndex, Config& config) { config.resolve_conflicts = resolve; }) {
    settle(cluster);
    for (NodeIndex i = 1; i < 6; ++i) {
      cluster.network.udp_cut.insert({i, 0});
    }
    cluster.on_datagram = [this](const Cluster::Sent& sent) { opener.open(sent.bytes, {}, spy); };
  }

  void begin() { cluster.inject(0, Cluster::address(1), alive("n0", 9)); }
  void begin_and_wait() {
    begin();
    REQUIRE(cluster.settles_within(1s, [&] { return spy.found.has_value(); }));
  }

  /// `from` says that the name is at `at`; nothing: that it does not know the name. From where members of
  /// that name are, or from node 1.
  void answer(std::string_view from, const std::optional<Endpoint>& at) {
    const auto& members = cluster.node(0).members();
    const MemberId id = members.find(from);
    answer(from, at, id == no_member ? Cluster::address(1) : members[id].at);
  }
  void answer(std::string_view from, const std::optional<Endpoint>& at, const Endpoint& sender) {
    Buffer payload{static_cast<std::byte>(wire::SerfType::conflict_response)};
    if (at) {
      append(payload, as_bytes("\x82\xa4"
                               "Addr\xa4"));
      append(payload, at->ip.wire());
      append(payload, as_bytes("\xa4"
                               "Port\xcd"));
      payload.push_back(static_cast<std::byte>(at->port >> 8));
      payload.push_back(static_cast<std::byte>(at->port & 0xff));
    } else {
      payload.push_back(std::byte{0xc0});
    }
    answer_with(from, payload, sender);
  }
  void answer_with(std::string_view from, Bytes payload, const Endpoint& sender) {
    cluster.inject(
        0, sender,
        user_message(wire::QueryResponse{
            .ltime = spy.found->ltime, .id = spy.found->id, .from = from, .flags = 0, .payload = payload}));
  }
  void votes_for(std::string_view from) { answer(from, Cluster::address(0)); }
  void votes_against(std::string_view from) { answer(from, elsewhere); }

  ConflictResolved verdict() {
    REQUIRE(cluster.settles_within(10s, [&] { return !events_of<ConflictResolved>(cluster, 0).empty(); }));
    CHECK(cluster.node(0).phase() == Phase::running);  // whether it ends is for the host
    return events_of<ConflictResolved>(cluster, 0).front();
  }
};

/// The verdict when so many members vote for and against.
ConflictResolved verdict_of(std::size_t in_favour, std::size_t against) {
  Vote vote;
  vote.begin_and_wait();
  for (NodeIndex i = 1; i <= in_favour + against; ++i) {
    i <= in_favour ? vote.votes_for(Cluster::name(i)) : vote.votes_against(Cluster::name(i));
  }
  const ConflictResolved verdict = vote.verdict();
  CHECK(verdict.votes_for == in_favour);
  CHECK(verdict.votes == in_favour + against);
  return verdict;
}

}  // namespace

TEST_CASE("no vote, one or two against take no name away") {
  CHECK_FALSE(verdict_of(0, 0).lost);
  CHECK_FALSE(verdict_of(0, 1).lost);
  CHECK_FALSE(verdict_of(0, 2).lost);
}

TEST_CASE("a name is lost to a strict majority of three votes or more") {
  CHECK(verdict_of(0, 3).lost);
  CHECK(verdict_of(1, 2).lost);
  CHECK(verdict_of(2, 3).lost);
  CHECK(verdict_of(1, 3).lost);
}

TEST_CASE("a tie or a majority in favour keeps the name") {
  CHECK_FALSE(verdict_of(2, 2).lost);
  CHECK_FALSE(verdict_of(2, 1).lost);
  CHECK_FALSE(verdict_of(3, 2).lost);
  CHECK_FALSE(verdict_of(3, 0).lost);
}

TEST_CASE("forged votes from names that are no members do not count") {
  Vote vote;
  vote.begin_and_wait();
  for (const std::string_view forger : {"forged1", "forged2", "", "N1"}) {
    vote.votes_against(forger);
  }
  vote.votes_against("n1");
  vote.votes_against("n2");
  const ConflictResolved verdict = vote.verdict();
  CHECK_FALSE(verdict.lost);
  CHECK(verdict.votes == 2);
}

TEST_CASE("a vote in another's name does not count, nor does it take that vote away") {
  Vote vote;
  vote.begin_and_wait();
  for (NodeIndex i = 1; i < 6; ++i) {
    vote.answer(Cluster::name(i), elsewhere, Cluster::address(i == 1 ? 2 : 1));
    vote.answer(Cluster::name(i), elsewhere, Endpoint{Cluster::address(i).ip, 7947});
  }
  CHECK(vote.cluster.node(0).counters().votes_refused == 10);
  vote.votes_for("n1");
  vote.votes_against("n2");
  const ConflictResolved verdict = vote.verdict();
  CHECK_FALSE(verdict.lost);
  CHECK(verdict.votes == 2);
  CHECK(verdict.votes_for == 1);
}

TEST_CASE("a member votes once, and a node not about itself") {
  Vote vote;
  vote.begin_and_wait();
  for (const std::string_view voter : {"n1", "n1", "n1", "n2", "n0"}) {
    vote.votes_against(voter);
  }
  const ConflictResolved verdict = vote.verdict();
  CHECK_FALSE(verdict.lost);
  CHECK(verdict.votes == 2);
}

TEST_CASE("who has left or does not know the name has no vote") {
  Vote vote;
  vote.cluster.network.udp_cut.clear();
  vote.cluster.leave(3);
  REQUIRE(vote.cluster.settles_within(20s, [&] { return vote.cluster.status(0, 3) == MemberStatus::left; }));
  vote.cluster.network.udp_cut = {{1, 0}, {2, 0}, {4, 0}, {5, 0}};
  vote.begin_and_wait();
  vote.votes_against("n1");
  vote.votes_against("n2");
  vote.votes_against("n3");
  vote.answer("n4", std::nullopt);
  const ConflictResolved verdict = vote.verdict();
  CHECK_FALSE(verdict.lost);
  CHECK(verdict.votes == 2);
}

TEST_CASE("an answer that is empty, of another type or cut is no vote") {
  Vote vote;
  vote.begin_and_wait();
  vote.answer_with("n1", {}, Cluster::address(1));
  vote.answer_with("n2", Buffer{static_cast<std::byte>(wire::SerfType::conflict_response)},
                   Cluster::address(2));
  vote.answer_with("n3", Buffer{static_cast<std::byte>(wire::SerfType::key_response), std::byte{0x80}},
                   Cluster::address(3));
  vote.answer_with("n4", Buffer{static_cast<std::byte>(wire::SerfType::conflict_response), std::byte{0x81}},
                   Cluster::address(4));
  vote.votes_for("n5");
  const ConflictResolved verdict = vote.verdict();
  CHECK(verdict.votes == 1);
  CHECK(verdict.votes_for == 1);
}

TEST_CASE("who is on its way out asks nobody whose its name is") {
  Vote vote;
  vote.cluster.leave(0);
  vote.begin();
  vote.cluster.run_for(10s);
  CHECK_FALSE(events_of<NameConflict>(vote.cluster, 0).empty());
  CHECK_FALSE(vote.spy.found.has_value());
}

TEST_CASE("where no query can be asked any more a name is kept without a vote") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.limits.own_queries = 0; });
  settle(cluster);
  cluster.inject(0, Cluster::address(1), alive("n0", 9));
  cluster.run_for(10s);
  CHECK(cluster.node(0).counters().own_queries_refused > 0);
  CHECK_FALSE(events_of<NameConflict>(cluster, 0).empty());
  CHECK(events_of<ConflictResolved>(cluster, 0).empty());
}

TEST_CASE("who is asked about a name that it does not list says so, and else where it has it") {
  Cluster cluster(4);
  settle(cluster);
  cluster.crash(3);
  REQUIRE(cluster.settles_within(30s, [&] { return cluster.status(1, 3) == MemberStatus::failed; }));
  cluster.force_leave(1, "n3", true);
  REQUIRE(cluster.status(1, 3) == MemberStatus::none);
  std::uint64_t ltime = 100;
  const auto vote_on = [&](std::string_view name) {
    Output out;
    const Endpoint asker = Cluster::address(0);
    cluster.node(1).receive(cluster.now(), asker,
                            user_message(wire::Query{.ltime = ++ltime,
                                                     .id = 1,
                                                     .addr = asker.ip.wire(),
                                                     .port = asker.port,
                                                     .source_node = "n0",
                                                     .flags = wire::query_no_broadcast,
                                                     .timeout_ns = 1'000'000'000,
                                                     .name = "_serf_conflict",
                                                     .payload = as_bytes(name)}),
                            out);
    REQUIRE(out.datagrams.size() == 1);
    AnswerSpy spy;
    wire::PacketOpener().open(out.bytes(out.datagrams.front()), {}, spy);
    REQUIRE(spy.found);
    return *spy.found;
  };
  const Buffer does_not_know{static_cast<std::byte>(wire::SerfType::conflict_response), std::byte{0xc0}};
  CHECK(vote_on("nobody") == does_not_know);
  CHECK(vote_on("n3") == does_not_know);
  const Buffer answer = vote_on("n2");
  const auto vote = wire::decode<wire::ConflictVote>(Bytes(answer).subspan(1));
  REQUIRE(vote);
  CHECK(IpAddress::from_wire(vote->addr) == Cluster::address(2).ip);
  CHECK(vote->port == Cluster::address(2).port);
}

TEST_CASE("votes after the end of the vote change nothing") {
  Vote vote;
  vote.begin_and_wait();
  CHECK_FALSE(vote.verdict().lost);
  for (NodeIndex i = 1; i < 6; ++i) {
    vote.votes_against(Cluster::name(i));
  }
  vote.cluster.run_for(5s);
  CHECK(events_of<ConflictResolved>(vote.cluster, 0).size() == 1);
}

TEST_CASE("with resolution turned off a conflict is told and nobody is asked") {
  Vote vote(false);
  vote.begin();
  vote.cluster.run_for(10s);
  CHECK_FALSE(events_of<NameConflict>(vote.cluster, 0).empty());
  CHECK_FALSE(vote.spy.found.has_value());
  CHECK(events_of<ConflictResolved>(vote.cluster, 0).empty());
}

TEST_CASE("a name conflict without enough voters stops nobody") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.name = "same"; });
  cluster.join(1, 0);
  cluster.run_for(10s);
  for (NodeIndex i : {0U, 1U}) {
    REQUIRE_FALSE(events_of<ConflictResolved>(cluster, i).empty());
    CHECK_FALSE(events_of<ConflictResolved>(cluster, i).front().lost);
    CHECK(cluster.node(i).phase() == Phase::running);
  }
}

TEST_CASE("a newcomer that takes a name in use loses the vote, and its holder wins it") {
  Cluster cluster(6, [](NodeIndex i, Config& config) {
    if (i == 5) {
      config.name = "n1";
    }
  });
  for (NodeIndex i : {1U, 2U, 3U, 4U}) {
    cluster.join(i, 0);
  }
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.node(0).stats().members == 5; }));
  cluster.run_for(5s);
  cluster.join(5, 0);
  REQUIRE(cluster.settles_within(20s, [&] { return !events_of<ConflictResolved>(cluster, 5).empty(); }));
  CHECK(events_of<ConflictResolved>(cluster, 5).front().lost);
  for (const ConflictResolved& verdict : events_of<ConflictResolved>(cluster, 1)) {
    CHECK_FALSE(verdict.lost);
  }
}
