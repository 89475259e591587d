// What one RPC client, and all of them together, may take. Each limit has a counter.
#pragma once

#include <chrono>
#include <cstddef>

namespace hearsay::agent::rpc::limits {

inline constexpr std::size_t clients = 256;               // connections at a time
inline constexpr std::size_t request_bytes = 1U << 20U;   // one header or body
inline constexpr std::size_t join_addresses = 256;        // in one request
inline constexpr std::size_t tag_filters = 64;            // in one members-filtered
inline constexpr std::size_t pattern_bytes = 64U << 10U;  // of all its patterns together
inline constexpr std::size_t streams_per_client = 64;
inline constexpr std::size_t stream_filters = 64;              // of one stream, different ones
inline constexpr std::size_t stream_filter_bytes = 4U << 10U;  // of all of them, as text
inline constexpr std::size_t queries_per_client = 64;          // asked and not done yet
inline constexpr std::size_t answerable_queries = 512;         // told of, and in time to be answered
inline constexpr std::size_t records_waiting = 512;            // per stream, as in Serf; then dropped
/// With more than this waiting to be taken no further request of the client is run.
inline constexpr std::size_t output_before_pause = 256U << 10U;
/// With more than this waiting a client has stopped reading: it is dropped.
inline constexpr std::size_t output_before_drop = 8U << 20U;
/// What all clients together have begun to ask and not yet taken. At more, the one that holds most is
/// dropped: however many hold a little each, the agent stays small, and who holds little loses nothing.
inline constexpr std::size_t held_by_all = 24U << 20U;

/// How long a client may take to shake hands and, where that is asked for, to authenticate.
inline constexpr std::chrono::seconds greeting{10};
/// In a full table, whoever has asked nothing for longest, and for so long at least, gives way to the
/// next. Otherwise a client may be silent for ever: Serf's Go client, and programs around it, keep one
/// connection for as long as they live, and ask when they need to. So this is no timer, and as short as
/// no script pauses between connecting and asking.
inline constexpr std::chrono::seconds idle{10};
/// From the last answer to a query until its client is told that it is over. Serf's own clients lose
/// answers that come with the end: they watch three channels and stop at the first that closes.
inline constexpr std::chrono::milliseconds query_linger{200};
/// How long a client that has been hung up on may take to read its last answer.
inline constexpr std::chrono::seconds goodbye{5};

/// How long an agent that ends waits for its clients to hang up.
inline constexpr std::chrono::milliseconds wind_down{250};

}  // namespace hearsay::agent::rpc::limits
