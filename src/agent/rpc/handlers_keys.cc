#include <memory>
#include <utility>

#include "agent/rpc/fingerprint.h"
#include "agent/rpc/handlers.h"
#include "agent/rpc/key_query.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc::handlers {
namespace {

/// The keys of a report as a client may see them.
using ShownKeys = std::vector<std::pair<std::string, std::size_t>>;

ShownKeys shown_keys(const KeyReport& report, bool in_full) {
  ShownKeys out;
  for (const auto& [key, members] : report.keys) {
    out.emplace_back(in_full ? key : fingerprint(key), members);
  }
  return out;
}

/// Views `report` and `keys`; null: no list was asked for.
KeyResponse response_to(const KeyReport& report, const ShownKeys* keys) {
  KeyResponse out{.messages = {report.messages.begin(), report.messages.end()},
                  .keys = {},
                  .nodes = static_cast<std::int64_t>(report.nodes),
                  .failures = static_cast<std::int64_t>(report.failures),
                  .answers = static_cast<std::int64_t>(report.answers)};
  if (keys != nullptr) {
    out.keys.emplace(keys->begin(), keys->end());
  }
  return out;
}

Outcome work_on_keys(Session& session, swim::KeyOperation operation, std::string_view key) {
  const bool is_list = operation == swim::KeyOperation::list;
  auto done = [waiting = session.wait(), is_list](const KeyReport& report, const std::string& error) {
    waiting.answer([&](Session& s) {
      const ShownKeys keys = shown_keys(report, s.may_see_keys());
      encode(s.answer(error), response_to(report, is_list ? &keys : nullptr));
    });
  };
  Host& host = session.host();
  auto& query = session.streams().key_query;
  query = std::make_unique<KeyQuery>(host.backend, host.log, std::move(done));
  query->ask(operation, key);
  return Outcome::done;
}

}  // namespace

Outcome install_key(Session& session, const KeyRequest& request) {
  session.host().log.info("agent: Initiating key installation");
  return work_on_keys(session, swim::KeyOperation::install, request.key);
}

Outcome use_key(Session& session, const KeyRequest& request) {
  session.host().log.info("agent: Initiating primary key change");
  return work_on_keys(session, swim::KeyOperation::use, request.key);
}

Outcome remove_key(Session& session, const KeyRequest& request) {
  session.host().log.info("agent: Initiating key removal");
  return work_on_keys(session, swim::KeyOperation::remove, request.key);
}

Outcome list_keys(Session& session) {
  session.host().log.info("agent: Initiating key listing");
  return work_on_keys(session, swim::KeyOperation::list, {});
}

}  // namespace hearsay::agent::rpc::handlers
