// Queries from others: acknowledged, handed to the host, passed on (proto/serf.md, "Queries").
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
