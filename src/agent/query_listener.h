// Who is told how a query goes.
#pragma once

#include <string_view>

#include "swim/bytes.h"

namespace hearsay::agent {

/// In this order: on_query_begun() once, acks and answers as they come, on_query_done() once and last.
/// All of it on the loop, and any of it from inside the call that asks. Each member is reported at most
/// once with an ack and once with an answer.
///
/// A listener lives until on_query_done() or until the query is cancelled. During any of these calls it
/// may cancel its own or other queries and ask new ones; in on_query_done() it may destroy itself.
class QueryListener {
 public:
  /// The query was accepted; before this nothing has been told, and after a refusal nothing ever is.
  virtual void on_query_begun() {}
  virtual void on_query_ack(std::string_view /*from*/) {}
  /// Views are good during the call.
  virtual void on_query_answer(std::string_view from, swim::Bytes payload) = 0;
  /// Everybody asked has answered, or the time is over.
  virtual void on_query_done() = 0;

 protected:
  ~QueryListener() = default;
};

}  // namespace hearsay::agent
