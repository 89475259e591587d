#include "sim/world/streams.h"

#include <algorithm>
#include <utility>

namespace hearsay::sim {

using namespace swim;

namespace {

constexpr std::size_t segment_bytes = 1448;
// Linux's, rounded.
constexpr Duration first_retry = std::chrono::milliseconds(200);
constexpr Duration first_syn_retry = std::chrono::seconds(1);
constexpr Duration last_retry = std::chrono::seconds(120);
constexpr int syn_tries = 7;
constexpr int data_tries = 15;
/// A large buffer is not kept for the next segment: there may be thousands on their way.
constexpr std::size_t kept_bytes = 16 * 1024;

}  // namespace

Streams::Connection* Streams::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

void Streams::open(ConnectionId id, int end, StreamId stream) {
  End& at = connections_.at(id).end[end];
  at.state = End::State::open;
  at.stream = stream;
  of_stream_[key(at.host, stream)] = id;
}

bool Streams::is_of_process(const End& end, NodeIndex i) {
  return end.host == i && (end.state == End::State::open || end.state == End::State::backlog);
}

/// The end is closed. What it has written is still sent.
void Streams::shut(Connection& connection, int end) {
  End& at = connection.end[end];
  if (at.state == End::State::open) {
    of_stream_.erase(key(at.host, at.stream));
  }
  at.state = End::State::closed;
}

void Streams::forget_if_over(ConnectionId id) {
  const auto found = connections_.find(id);
  // An end that has heard nothing is nobody's.
  const auto over = [](const End& end) {
    return (end.state == End::State::closed || end.state == End::State::quiet) && end.unsent.empty();
  };
  if (found != connections_.end() && std::ranges::all_of(found->second.end, over)) {
    connections_.erase(found);
  }
}

// ---- what a node wants -------------------------------------------------------------------------

void Streams::dial(NodeIndex from, StreamId stream, NodeIndex to) {
  const ConnectionId id = ++last_id_;
  Connection& connection = connections_[id];
  connection.end[0].host = from;
  connection.end[1].host = to;
  open(id, 0, stream);
  push(id, 0, {.kind = Segment::Kind::syn, .bytes = {}});
}

void Streams::write(NodeIndex i, StreamId stream, Buffer&& bytes) {
  const auto found = of_stream_.find(key(i, stream));
  if (found == of_stream_.end()) {
    return;
  }
  engine_.digest.add(bytes);
  const End& first = connections_.at(found->second).end[0];
  push(found->second, first.host == i && first.stream == stream ? 0 : 1, {.bytes = std::move(bytes)});
}

void Streams::close(NodeIndex i, StreamId stream) {
  const auto found = of_stream_.find(key(i, stream));
  if (found == of_stream_.end()) {
    return;
  }
  const ConnectionId id = found->second;
  Connection& connection = connections_.at(id);
  const int end = connection.end[0].host == i && connection.end[0].stream == stream ? 0 : 1;
  shut(connection, end);
  if (connection.end[1 - end].state != End::State::closed) {
    push(id, end, {.kind = Segment::Kind::fin, .reason = "EOF", .bytes = {}});
  }
  forget_if_over(id);
}

void Streams::process_ended(NodeIndex i, bool silent) {
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : connections_) {
    if (connection.end[0].host == i || connection.end[1].host == i) {
      ids.push_back(id);
    }
  }
  std::ranges::sort(ids);  // the map's order is the library's
  for (const ConnectionId id : ids) {
    for (const int end : {0, 1}) {
      Connection* const connection = find(id);
      if (connection == nullptr || !is_of_process(connection->end[end], i)) {
        continue;
      }
      shut(*connection, end);
      connection->end[end].unsent.clear();
      if (!silent) {
        push(id, end, {.kind = Segment::Kind::reset, .reason = "connection reset by peer", .bytes = {}});
      }
    }
    forget_if_over(id);
  }
}

// ---- segments ----------------------------------------------------------------------------------

void Streams::push(ConnectionId id, int end, Segment segment) {
  End& at = connections_.at(id).end[end];
  at.unsent.push_back(std::move(segment));
  if (!at.waits) {
    transmit(id, end);
  }
}

/// Draws for each packet of the first segment whether it is lost; what is left is sent again.
bool Streams::gets_through(Connection& connection, int end) {
  End& at = connection.end[end];
  const NodeIndex to = connection.end[1 - end].host;
  if (at.packets_left == 0) {
    at.packets_left = at.unsent.front().bytes.size() / segment_bytes + 1;
  }
  std::size_t lost = 0;
  for (std::size_t i = 0; i < at.packets_left; ++i) {
    lost += engine_.network.loses_segment(at.host, to, engine_.chance) ? 1U : 0U;
  }
  at.packets_left = lost;
  return lost == 0;
}

void Streams::transmit(ConnectionId id, int end) {
  Connection* connection = find(id);
  while (connection != nullptr && !connection->end[end].unsent.empty()) {
    End& at = connection->end[end];
    const bool through = gets_through(*connection, end);
    if (!through && at.unsent.front().kind != Segment::Kind::reset) {
      return send_again_later(id, end);
    }
    Segment segment = std::move(at.unsent.front());
    at.unsent.pop_front();
    at.tries = 0;
    at.packets_left = 0;
    if (through) {
      const NodeIndex to = connection->end[1 - end].host;
      const Instant arrival = engine_.now + engine_.network.delay(at.host, to, engine_.chance);
      at.last_arrival = std::max(at.last_arrival, arrival);
      schedule(id, 1 - end, at.last_arrival, std::move(segment));
    }
  }
  forget_if_over(id);
}

void Streams::send_again_later(ConnectionId id, int end) {
  Connection& connection = connections_.at(id);
  End& at = connection.end[end];
  const auto kind = at.unsent.front().kind;
  const bool handshake = kind == Segment::Kind::syn || kind == Segment::Kind::syn_ack;
  if (++at.tries > (handshake ? syn_tries : data_tries)) {
    return give_up(id, connection, end);
  }
  const Duration wait = (handshake ? first_syn_retry : first_retry) * (std::int64_t{1} << (at.tries - 1));
  at.waits = true;
  const std::uint32_t slot = retries_.take();
  retries_[slot] = {id, end};
  engine_.agenda.add(engine_.now + std::min(wait, last_retry), Happening::retry, slot);
}

void Streams::retry(std::uint32_t slot) {
  const Retry retry = retries_[slot];
  retries_.give_back(slot);
  if (Connection* const connection = find(retry.connection)) {
    connection->end[retry.end].waits = false;
    transmit(retry.connection, retry.end);
  }
}

/// The kernel has tried for long enough: its process is told, the other end hears nothing.
void Streams::give_up(ConnectionId id, Connection& connection, int end) {
  connection.end[end].unsent.clear();
  if (connection.end[end].state == End::State::open) {
    schedule(id, end, engine_.now,
             {.kind = Segment::Kind::reset, .reason = "connection timed out", .bytes = {}});
  }
  forget_if_over(id);
}

void Streams::schedule(ConnectionId id, int end, Instant at, Segment segment) {
  const std::uint32_t slot = arrivals_.take();
  Arrival& arrival = arrivals_[slot];
  arrival.connection = id;
  arrival.end = end;
  arrival.segment = std::move(segment);
  engine_.agenda.add(at, Happening::segment, slot);
}

// ---- arrivals ----------------------------------------------------------------------------------

std::optional<NodeIndex> Streams::receiver(std::uint32_t slot) {
  const Arrival& arrival = arrivals_[slot];
  const Connection* const connection = find(arrival.connection);
  return connection == nullptr ? std::nullopt : std::optional(connection->end[arrival.end].host);
}

bool Streams::reach_kernel(std::uint32_t slot, bool listening, bool silent) {
  const Arrival& arrival = arrivals_[slot];
  if (silent) {
    return false;
  }
  if (arrival.segment.kind != Segment::Kind::syn) {
    return listening;
  }
  const ConnectionId id = arrival.connection;
  Connection& connection = connections_.at(id);
  const auto from = connection.end[0].host;
  const auto to = connection.end[1].host;
  if (!listening || engine_.network.rejects(from, to) || engine_.network.firewalls.refuses_dial(to)) {
    shut(connection, 1);
    push(id, 1,
         {.kind = Segment::Kind::reset,
          .reason = "connection refused",
          .why = StreamEnd::refused,
          .bytes = {}});
    return false;
  }
  connection.end[1].state = End::State::backlog;
  push(id, 1, {.kind = Segment::Kind::syn_ack, .bytes = {}});
  return true;
}

void Streams::accept(const Arrival& arrival, Node& node, Output& out) {
  const ConnectionId id = arrival.connection;
  Connection& connection = connections_.at(id);
  if (connection.end[1].state != End::State::backlog) {
    return;  // another process was connected to
  }
  const auto stream = node.stream_accepted(engine_.now, host_address(connection.end[0].host), out);
  if (stream) {
    return open(id, 1, *stream);
  }
  shut(connection, 1);
  push(id, 1, {.kind = Segment::Kind::reset, .reason = "connection reset by peer", .bytes = {}});
}

void Streams::tell(Arrival& arrival, Connection& connection, Node& node, Output& out) {
  const End& at = connection.end[arrival.end];
  const StreamId stream = at.stream;
  if (at.state != End::State::open) {
    return;
  }
  switch (arrival.segment.kind) {
    case Segment::Kind::syn:
      break;
    case Segment::Kind::syn_ack:
      return node.stream_connected(engine_.now, stream, out);
    case Segment::Kind::data:
      return node.stream_received(engine_.now, stream, arrival.segment.bytes, out);
    case Segment::Kind::fin:
    case Segment::Kind::reset:
      shut(connection, arrival.end);
      return node.stream_closed(engine_.now, stream, arrival.segment.why, arrival.segment.reason, out);
  }
}

void Streams::deliver(std::uint32_t slot, Node& node, Output& out) {
  Arrival& arrival = arrivals_[slot];
  const ConnectionId id = arrival.connection;
  if (Connection* const connection = find(id)) {
    if (arrival.segment.kind == Segment::Kind::syn) {
      accept(arrival, node, out);
    } else {
      tell(arrival, *connection, node, out);
    }
    forget_if_over(id);
  }
  forget(slot);
}

void Streams::forget(std::uint32_t slot) {
  Buffer& bytes = arrivals_[slot].segment.bytes;
  if (bytes.capacity() > kept_bytes) {
    Buffer().swap(bytes);
  }
  arrivals_.give_back(slot);
}

}  // namespace hearsay::sim
