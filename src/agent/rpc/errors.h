// The error texts that clients match on (proto/rpc.md, "Errors").
#pragma once

#include <string_view>

namespace hearsay::agent::rpc::error {

inline constexpr std::string_view unsupported_command = "Unsupported command";
inline constexpr std::string_view unsupported_version = "Unsupported IPC version";
inline constexpr std::string_view handshake_already_done = "Handshake already performed";
inline constexpr std::string_view handshake_required = "Handshake required";
inline constexpr std::string_view monitor_exists = "Monitor already exists";
inline constexpr std::string_view invalid_filter = "Invalid event filter";
inline constexpr std::string_view stream_exists = "Stream with given sequence exists";
inline constexpr std::string_view auth_required = "Authentication required";
inline constexpr std::string_view invalid_token = "Invalid authentication token";
inline constexpr std::string_view unknown_log_level = "Unknown log level: ";  // and the level
inline constexpr std::string_view no_pending_query = "No pending queries matching ID";
inline constexpr std::string_view internal_query = "Queries cannot contain the '_serf_' prefix";
// Ours, where Serf has no limit.
inline constexpr std::string_view too_many_streams = "Too many streams on this connection (64 allowed)";
inline constexpr std::string_view too_many_filters =
    "Too many event filters on one stream (64 of 4096 bytes together allowed)";
inline constexpr std::string_view too_many_queries = "Too many queries on this connection (64 allowed)";
inline constexpr std::string_view too_many_addresses = "Too many addresses in one join (256 allowed)";
// Of our client: the agent hung up, in the words of Serf's.
inline constexpr std::string_view closed = "client closed";

}  // namespace hearsay::agent::rpc::error
