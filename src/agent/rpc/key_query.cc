#include "agent/rpc/key_query.h"

#include <utility>

#include "agent/config/quote.h"
#include "agent/state/key_text.h"
#include "swim/gossip/internal_queries.h"
#include "swim/wire/codec.h"

namespace hearsay::agent::rpc {
namespace {

constexpr std::size_t shown_max = 256;  // of what a member sent, in a line of the log

}  // namespace

void KeyQuery::ask(swim::KeyOperation operation, std::string_view key) {
  const auto raw = state::decode_base64(key);
  if (!raw) {
    finish("illegal base64 data at input byte " + std::to_string(raw.error()));
    return;
  }
  swim::Buffer payload;
  swim::wire::encode(swim::wire::KeyRequest{*raw}, payload);
  std::string error = backend_.query(swim::key_query_name(operation), payload, {}, *this);
  if (!error.empty()) {
    finish(std::move(error));
  }
}

void KeyQuery::on_query_begun() {
  // Those that the query waits for: who is leaving may be gone before it answers.
  report_.nodes = backend_.node().members().count(swim::MemberStatus::alive);
}

void KeyQuery::on_query_answer(std::string_view from, swim::Bytes payload) {
  const std::string_view message = report_.take(from, payload);
  if (!message.empty()) {
    log_.warn("serf: " + abbreviate(message, shown_max));
  }
}

void KeyQuery::on_query_done() {
  finish(report_.error());
}

void KeyQuery::finish(std::string error) {
  // Copies: the client's next command may take this object's place.
  const Done done = std::move(done_);
  const KeyReport report = std::move(report_);
  done(report, std::move(error));
}

}  // namespace hearsay::agent::rpc
