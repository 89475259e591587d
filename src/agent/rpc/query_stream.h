// What a client that asked a query is sent (proto/rpc.md, "Streams").
#pragma once

#include <cstdint>

#include "agent/query_listener.h"
#include "agent/rpc/backend.h"
#include "agent/rpc/messages.h"
#include "agent/rpc/streams.h"

namespace hearsay::agent::rpc {

/// Writes the empty answer to `query` when the query begins, and a record for each ack, each answer and
/// the end. Cancels the query if it is destroyed before that. Nothing is dropped: there are no more
/// records than two a member and one.
class QueryStream final : public QueryListener {
 public:
  QueryStream(Backend& backend, RecordSink& sink, std::uint64_t seq)
      : backend_(backend), sink_(sink), seq_(seq) {}
  ~QueryStream() { backend_.cancel_query(*this); }
  QueryStream(const QueryStream&) = delete;
  QueryStream& operator=(const QueryStream&) = delete;

  [[nodiscard]] std::uint64_t seq() const noexcept { return seq_; }
  [[nodiscard]] bool done() const noexcept { return done_; }

  void on_query_begun() override;
  void on_query_ack(std::string_view from) override;
  void on_query_answer(std::string_view from, swim::Bytes payload) override;
  void on_query_done() override;

 private:
  void send(const QueryRecord& record);

  Backend& backend_;
  RecordSink& sink_;
  std::uint64_t seq_;
  bool done_ = false;
};

}  // namespace hearsay::agent::rpc
