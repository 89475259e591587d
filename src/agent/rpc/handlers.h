// The commands' code, a function each. The table that names them is in commands.cc.
#pragma once

#include "agent/rpc/commands.h"
#include "agent/rpc/messages.h"

namespace hearsay::agent::rpc::handlers {

// handlers_session.cc: about the connection itself
Outcome handshake(Session& session, const HandshakeRequest& request);
Outcome auth(Session& session, const AuthRequest& request);
Outcome stream(Session& session, const StreamRequest& request);
Outcome monitor(Session& session, const MonitorRequest& request);
Outcome stop(Session& session, const StopRequest& request);

// handlers_cluster.cc: change something
Outcome event(Session& session, const EventRequest& request);
Outcome force_leave(Session& session, const ForceLeaveRequest& request);
Outcome join(Session& session, const JoinRequest& request);
Outcome leave(Session& session);
Outcome tags(Session& session, const TagsRequest& request);

// handlers_keys.cc: have the cluster change its keys
Outcome install_key(Session& session, const KeyRequest& request);
Outcome use_key(Session& session, const KeyRequest& request);
Outcome remove_key(Session& session, const KeyRequest& request);
Outcome list_keys(Session& session);

// handlers_query.cc: ask the cluster, and answer it
Outcome query(Session& session, const QueryRequest& request);
Outcome respond(Session& session, const RespondRequest& request);

// handlers_view.cc: tell what is known
Outcome members(Session& session);
Outcome members_filtered(Session& session, const MembersFilteredRequest& request);
Outcome stats(Session& session);
Outcome coordinate(Session& session, const CoordinateRequest& request);

}  // namespace hearsay::agent::rpc::handlers
