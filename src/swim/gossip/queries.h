// Queries on their way through this node: judged, passed on, and handed to whoever answers
// (proto/serf.md, "Queries"). Asking is in asking.h, answering in answering.h, and what Serf's
// agents ask each other in internal_queries.h.
#pragma once

#include "swim/core.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

/// `message`, the Serf message as it came, is passed on as it is; but not one that would crash a
/// Serf peer.
void on_query(Step& step, const wire::Query& query, Bytes message);
/// Somebody asks this node to hand a response on to another.
void on_relay(Step& step, const wire::RelayHeader& header, Bytes inner);

}  // namespace hearsay::swim
