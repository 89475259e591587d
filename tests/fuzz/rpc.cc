// An RPC client: a byte that says whether a key is asked for and whether the client reads, then its bytes in
// pieces. Between them the agent has news.
#include <memory>

#include "agent/rpc/session.h"
#include "fake_agent.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace hearsay::fuzz {
namespace {

using namespace agent;

/// What a client gets; it may never read.
struct Client final : rpc::Transport {
  bool reads = true;
  bool finished = false;
  std::size_t waiting = 0;

  void send(swim::Bytes bytes) override {
    HEARSAY_INVARIANT(!finished);
    waiting += reads ? 0 : bytes.size();
    check_msgpack(bytes);
  }
  [[nodiscard]] std::size_t waiting_bytes() const override { return waiting; }
  void set_reading(bool) override {}
  void finish() override { finished = true; }

 private:
  static void check_msgpack(swim::Bytes bytes) {
    rpc::Reader in(bytes);
    while (!in.rest().empty() && !in.failed()) {
      in.skip();
    }
    HEARSAY_INVARIANT(!in.failed());
  }
};

void have_news(test::FakeAgent& agent, rpc::Session& session) {
  agent.tell(swim::UserEventReceived{.ltime = 1, .name = "deploy", .payload = {}, .coalesce = false});
  agent.tell_log("2026/01/01 00:00:00 [INFO] agent: a line");
  for (auto& give : std::exchange(agent.pending, {})) {
    give();
  }
  session.on_drained();
}

}  // namespace

void run(swim::Bytes bytes) {
  Input in(bytes);
  const unsigned how = in.byte();
  test::FakeAgent agent;
  agent.answers_at_once = (how & 4U) != 0;
  static test::SilentLog quiet;  // it keeps a descriptor
  rpc::Counters counters;
  rpc::Host host{agent, quiet.log, counters, (how & 1U) != 0 ? "secret" : ""};
  Client client;
  client.reads = (how & 2U) == 0;
  const auto session = rpc::Session::open(host, client);
  while (!in.empty() && !client.finished) {
    session->receive(in.piece());
    have_news(agent, *session);
    HEARSAY_INVARIANT(client.waiting <= rpc::limits::output_before_drop);
  }
  if (!host.auth_key.empty() && !session->admitted()) {
    HEARSAY_INVARIANT(agent.calls.empty());
  }
}

}  // namespace hearsay::fuzz
