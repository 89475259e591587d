// TCP exchanges: one message and at most one answer each (proto/memberlist.md, "Streams").
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "swim/event.h"
#include "swim/output.h"
#include "swim/time.h"
#include "swim/wire/stream.h"

namespace hearsay::swim {

struct Step;

struct Exchange {
  enum class Purpose : std::uint8_t { inbound, join, reconnect, push_pull, reclaim, fallback_ping };

  Purpose purpose;
  Endpoint peer;
  Instant deadline;
  wire::StreamReader reader;
  CommandId command = 0;     // of a join
  std::size_t seed = 0;      // of a join
  std::uint32_t seq_no = 0;  // of a fallback ping
  std::string node;          // of a fallback ping: whom it is for; of a reclaim: the name
};

/// Those under way. All together hold at most Limits::streams_bytes.
struct Exchanges {
  std::map<StreamId, Exchange> running;
  StreamId last_id = 0;
  std::size_t inbound = 0;

  [[nodiscard]] Instant next_deadline() const noexcept;
  [[nodiscard]] std::size_t held() const noexcept;
  [[nodiscard]] std::size_t inbound_from(const IpAddress& ip) const noexcept;
};

void open_join(Step& step, const Endpoint& to, CommandId command, std::size_t seed);
void open_reconnect(Step& step, const Endpoint& to);
void open_push_pull(Step& step, const Endpoint& to);
/// With whoever answers to `name` at its old address (members/reclaim.h).
void open_reclaim(Step& step, const Endpoint& to, std::string_view name);
StreamId open_fallback_ping(Step& step, const Endpoint& to, std::string_view node, std::uint32_t seq_no,
                            Instant deadline);
/// Ends an exchange without a word; unknown ids are fine.
void close_exchange(Step& step, StreamId id);

std::optional<StreamId> on_stream_accepted(Step& step, const Endpoint& from);
void on_stream_connected(Step& step, StreamId id);
void on_stream_received(Step& step, StreamId id, Bytes bytes);
void on_stream_closed(Step& step, StreamId id, StreamEnd end, std::string_view reason);
void run_exchanges(Step& step);

}  // namespace hearsay::swim
