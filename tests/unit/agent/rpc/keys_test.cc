// Key commands (proto/rpc.md, "Commands"): what is asked, and how the members' answers add up. The texts are
// those of Serf 0.9.4.
#include "agent/rpc/key_query.h"
#include "agent/rpc/key_report.h"
#include "session_fixture.h"
#include "swim/wire/codec.h"

using namespace hearsay::agent::rpc;
using Fixture = hearsay::test::SessionFixture;
using hearsay::swim::as_bytes;
using hearsay::swim::Buffer;
using hearsay::swim::MemberStatus;
using hearsay::test::from_hex;
namespace wire = hearsay::swim::wire;

namespace {

constexpr std::string_view key = "AAECAwQFBgcICQoLDA0ODw==";
const std::string raw_key = from_hex("000102030405060708090a0b0c0d0e0f");

Buffer answer(bool result, std::string_view message = {}, std::vector<std::string_view> keys = {}) {
  Buffer out;
  wire::encode(
      wire::KeyResponse{.result = result, .message = message, .keys = std::move(keys), .primary_key = {}},
      out);
  return out;
}

KeyReport report_of(std::size_t nodes) {
  KeyReport report;
  report.nodes = nodes;
  return report;
}

struct Answered {
  std::string error;
  KeyResponse response;
  std::string body;  // what `response` looks into
};

Answered answered(Fixture& f) {
  const auto answers = f.answers();
  REQUIRE(answers.size() == 1);
  Answered out{answers[0].error, {}, answers[0].body};
  Reader in(as_bytes(out.body));
  decode(in, out.response);
  CHECK_FALSE(in.failed());
  return out;
}

}  // namespace

TEST_CASE("keys in the answers are counted by how many members have them") {
  KeyReport report = report_of(3);
  CHECK(report.take("a", answer(true, "", {"k1", "k2"})).empty());
  CHECK(report.take("b", answer(true, "", {"k2"})).empty());
  CHECK(report.error() == "2/3 nodes reported success");
  CHECK(report.take("c", answer(true, "", {"k2"})).empty());
  CHECK(report.error().empty());
  CHECK(report.keys == std::map<std::string, std::size_t>{{"k1", 1}, {"k2", 3}});
  CHECK(report.messages.empty());
}

TEST_CASE("one answer that says no makes the whole a failure, even if answers are missing") {
  KeyReport report = report_of(3);
  report.take("a", answer(true));
  CHECK(report.take("b", answer(false, "no such key")).empty());
  CHECK(report.error() == "1/3 nodes reported failure");
  CHECK(report.messages == std::map<std::string, std::string>{{"b", "no such key"}});
}

TEST_CASE("an answer that is none of a key query counts as a failure") {
  KeyReport report = report_of(3);
  report.take("empty", {});
  report.take("other", as_bytes("\x05\x80"));
  report.take("broken", as_bytes("\x08\xff"));
  CHECK(report.error() == "3/3 nodes reported failure");
  CHECK(report.messages.size() == 3);
  CHECK(report.keys.empty());
}

TEST_CASE("a list that was cut still counts, and says that it was cut") {
  KeyReport report = report_of(1);
  CHECK(report.take("a", answer(true, "showing first 1 of 2 keys", {"k1"})) == "showing first 1 of 2 keys");
  CHECK(report.error().empty());
  CHECK(report.keys.size() == 1);
  CHECK(report.messages.at("a") == "showing first 1 of 2 keys");
}

TEST_CASE("a member that came while the query ran does not make it a failure") {
  KeyReport report = report_of(1);
  report.take("a", answer(true));
  report.take("newcomer", answer(true));
  CHECK(report.error().empty());
}

TEST_CASE("a key command asks every member and is answered at the end of the query") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("install-key", 2, KeyRequest{key}));
  CHECK(f.answers().empty());
  REQUIRE(f.agent.askers.size() == 1);
  // Type 7 and {Key: raw}.
  CHECK(f.agent.calls.front() == "query _serf_install-key " + from_hex("07 81 a34b6579 b0") + raw_key);
  f.agent.askers[0]->on_query_answer("r1", answer(true));
  f.agent.finish_query(0);
  const Answered done = answered(f);
  CHECK(done.error.empty());
  CHECK_FALSE(done.response.keys.has_value());
  CHECK(done.response.nodes == 1);
  CHECK(done.response.answers == 1);
}

TEST_CASE("a member that is leaving is not missed by a key command, as nobody waits for it") {
  Fixture f;
  f.greet();
  Buffer alive;
  const std::string at = from_hex("7f4d0502");
  const std::string versions = from_hex("010502020504");
  wire::encode(wire::Alive{.incarnation = 1,
                           .node = "r2",
                           .addr = as_bytes(at),
                           .port = 7946,
                           .meta = {},
                           .vsn = as_bytes(versions)},
               alive);
  f.agent.hear(alive);
  REQUIRE(f.agent.node().members().count(MemberStatus::alive) == 2);
  Buffer leaving{std::byte{8}};
  wire::encode(wire::LeaveIntent{.ltime = 9, .node = "r2", .prune = false}, leaving);
  f.agent.hear(leaving);
  REQUIRE(f.agent.node().members().count(MemberStatus::leaving) == 1);
  f.send(Fixture::request("install-key", 2, KeyRequest{key}));
  f.agent.askers.at(0)->on_query_answer("r1", answer(true));
  f.agent.finish_query(0);
  const Answered done = answered(f);
  CHECK(done.error.empty());
  CHECK(done.response.nodes == 1);
}

TEST_CASE("the body comes with the error too, and says which member failed") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("list-keys", 2));
  f.agent.askers.at(0)->on_query_answer("r1", answer(false, "Keyring is empty"));
  f.agent.finish_query(0);
  const Answered done = answered(f);
  CHECK(done.error == "1/1 nodes reported failure");
  CHECK(done.response.failures == 1);
  CHECK(done.response.keys.has_value());
  REQUIRE(done.response.messages.size() == 1);
  CHECK(done.response.messages[0].second == "Keyring is empty");
}

TEST_CASE("a key that is not base64 is refused with the place of the mistake, and nobody is asked") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("use-key", 2, KeyRequest{"AAEC*w=="}));
  CHECK(answered(f).error == "illegal base64 data at input byte 4");
  CHECK(f.agent.calls.empty());
}

TEST_CASE("a query that the agent refuses is the error of the key command") {
  Fixture f;
  f.greet();
  f.agent.error = "query exceeds limit of 1024 bytes";
  f.send(Fixture::request("install-key", 2, KeyRequest{key}));
  CHECK(answered(f).error == "query exceeds limit of 1024 bytes");
}

TEST_CASE("key commands of one client run one after another") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("list-keys", 2) + Fixture::request("remove-key", 3, KeyRequest{key}));
  REQUIRE(f.agent.askers.size() == 1);
  f.agent.askers[0]->on_query_answer("r1", answer(true));
  f.agent.finish_query(0);
  REQUIRE(f.agent.askers.size() == 1);  // the second, begun by the end of the first
  f.agent.askers[0]->on_query_answer("r1", answer(true));
  f.agent.finish_query(0);
  CHECK(f.errors() == "2: \n3: \n");
}

TEST_CASE("a client that goes during a key command is not waited for") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("list-keys", 2));
  f.session.reset();
  CHECK(f.agent.askers.empty());
  CHECK(f.agent.calls.back() == "cancel query");
}

namespace {

/// The only key that a list names to this client.
std::string listed(Fixture& f) {
  f.send(Fixture::request("list-keys", 9));
  f.agent.askers.at(0)->on_query_answer("r1", answer(true, "", {key}));
  f.agent.finish_query(0);
  const Answered done = answered(f);
  REQUIRE(done.response.keys.has_value());
  REQUIRE(done.response.keys->size() == 1);
  return std::string(done.response.keys->front().first);
}

// printf %s AAECAwQFBgcICQoLDA0ODw== | sha256sum
constexpr std::string_view shown = "sha256:333baf9ea0e436ad";

}  // namespace

TEST_CASE("a client that anybody could be is shown what tells keys apart, not the keys") {
  Fixture f;
  f.greet();
  CHECK(listed(f) == shown);
  // To authenticate where nobody asks for it proves nothing.
  f.send(Fixture::request("auth", 3, AuthRequest{""}));
  CHECK(f.errors() == "3: \n");
  CHECK(listed(f) == shown);
}

TEST_CASE("a client that has authenticated is shown the keys") {
  Fixture f;
  f.host.auth_key = "secret";
  f.greet();
  f.send(Fixture::request("auth", 2, AuthRequest{"secret"}));
  CHECK(f.errors() == "2: \n");
  CHECK(listed(f) == key);
}

TEST_CASE("the agent's owner is shown the keys, and with Serf's way everybody") {
  Fixture owner;
  owner.session = Session::open(owner.host, owner.wire, true);
  owner.greet();
  CHECK(listed(owner) == key);
  Fixture anybody;
  anybody.host.shows_keys = true;
  anybody.greet();
  CHECK(listed(anybody) == key);
}
