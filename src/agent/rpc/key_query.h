// Work on the cluster's keys that a client asked for (proto/rpc.md, "Commands").
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/log.h"
#include "agent/query_listener.h"
#include "agent/rpc/backend.h"
#include "agent/rpc/key_report.h"
#include "swim/event.h"

namespace hearsay::agent::rpc {

/// Asks every member to work on its keyring and gathers what they say. Destroyed before its end it
/// gathers no more; what it has asked for happens all the same.
class KeyQuery final : public QueryListener {
 public:
  /// Called once, with the error that the client is to get, or none. May destroy the query.
  using Done = std::function<void(const KeyReport& report, std::string error)>;

  /// `backend` and `log` outlive this.
  KeyQuery(Backend& backend, Log& log, Done done) : backend_(backend), log_(log), done_(std::move(done)) {}
  ~KeyQuery() { backend_.cancel_query(*this); }
  KeyQuery(const KeyQuery&) = delete;
  KeyQuery& operator=(const KeyQuery&) = delete;

  /// `key` is what the client wrote: base64, empty for a list.
  void ask(swim::KeyOperation operation, std::string_view key);

 private:
  void on_query_begun() override;
  void on_query_answer(std::string_view from, swim::Bytes payload) override;
  void on_query_done() override;
  void finish(std::string error);

  Backend& backend_;
  Log& log_;
  Done done_;
  KeyReport report_;
};

}  // namespace hearsay::agent::rpc
