#include "swim/exchange.h"

#include <algorithm>
#include <vector>

#include "swim/core.h"
#include "swim/dispatch.h"
#include "swim/gossip/joining.h"
#include "swim/members/probe_answers.h"
#include "swim/members/prober.h"
#include "swim/members/push_pull.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

using Purpose = Exchange::Purpose;
using Side = wire::StreamReader::Side;

StreamId dial(Step& step, Purpose purpose, const Endpoint& to, Instant deadline) {
  Core& core = step.core;
  const StreamId id = ++core.exchanges.last_id;
  core.exchanges.running.emplace(id, Exchange{.purpose = purpose,
                                              .peer = to,
                                              .deadline = deadline,
                                              .reader = wire::StreamReader(Side::dialled, core.layers()),
                                              .node = {}});
  ++core.counters.streams_dialled;
  step.out.streams.emplace_back(StreamOpen{id, to});
  return id;
}

/// Frames core.scratch and hands it to the host.
void write_framed(Step& step, StreamId id, Side side) {
  Core& core = step.core;
  StreamWrite write{id, {}};
  const auto framed = wire::frame_stream(
      core.scratch, {.layers = core.layers(), .side = side, .compress = core.config.compress}, core.nonces,
      write.bytes);
  // State for a push/pull can be large, and must not stay with us.
  if (core.scratch.capacity() > wire::datagram_expanded_max) {
    Buffer().swap(core.scratch);
  }
  if (framed) {
    core.counters.stream_bytes_sent += write.bytes.size();
    step.out.streams.emplace_back(std::move(write));
  } else {
    notice(step, Notice::Level::err,
           std::string("memberlist: Failed to frame a stream message: ") + wire::describe(framed.error()));
  }
}

void measure_push_pull(Step& step, const Exchange& exchange) {
  measure_since(step, Measured::What::push_pull, exchange.deadline - step.core.config.timing.tcp_timeout);
}

/// What becomes of the purpose when the exchange fails.
void report_failure(Step& step, const Exchange& exchange, std::string_view reason) {
  switch (exchange.purpose) {
    case Purpose::join:
      measure_push_pull(step, exchange);
      return join_failed(step, exchange.command, exchange.seed, reason);
    case Purpose::push_pull:
    case Purpose::reconnect:
      measure_push_pull(step, exchange);
      return notice(step, Notice::Level::err, "memberlist: Push/Pull failed: " + std::string(reason));
    case Purpose::reclaim:
      return end_reclaim(step, exchange.node, {});
    case Purpose::fallback_ping:
    case Purpose::inbound:
      return notice(step, Notice::Level::debug, "memberlist: Stream ended: " + std::string(reason));
  }
}

void fail(Step& step, StreamId id, std::string_view reason) {
  const auto found = step.core.exchanges.running.find(id);
  if (found != step.core.exchanges.running.end()) {
    report_failure(step, found->second, reason);
    close_exchange(step, id);
  }
}

bool wants_error_reply(wire::StreamError error) {
  return error == wire::StreamError::not_sealed || error == wire::StreamError::unexpected_seal ||
         error == wire::StreamError::cannot_open || error == wire::StreamError::too_large ||
         error == wire::StreamError::no_room;
}

void reject(Step& step, StreamId id, const Exchange& exchange, wire::StreamError error) {
  Core& core = step.core;
  ++core.counters.streams_rejected;
  if (exchange.purpose == Purpose::inbound && wants_error_reply(error)) {
    core.scratch.clear();
    wire::encode(wire::ErrorReply{wire::describe(error)}, core.scratch);
    write_framed(step, id, Side::accepted);
  }
  fail(step, id, wire::describe(error));
}

void answer_ping(Step& step, StreamId id, const wire::Ping& ping) {
  Core& core = step.core;
  if (!ping.node.empty() && ping.node != core.own().name()) {
    return fail(step, id, "ping for unexpected node '" + std::string(ping.node) + "'");
  }
  core.scratch.clear();
  wire::encode(wire::Ack{.seq_no = ping.seq_no, .payload = {}}, core.scratch);
  write_framed(step, id, Side::accepted);
  close_exchange(step, id);
}

/// Answers first, then merges: the peer learns what this node knew before it spoke.
void answer_push_pull(Step& step, StreamId id, const wire::PushPull& remote) {
  Core& core = step.core;
  core.scratch.clear();
  encode_push_pull(core, remote.join, core.scratch);
  write_framed(step, id, Side::accepted);
  if (const auto merged = merge_push_pull(step, remote, {}); !merged) {
    notice(step, Notice::Level::err, "memberlist: Failed push/pull merge: " + merged.error());
  }
  close_exchange(step, id);
}

void serve(Step& step, StreamId id, const Exchange& exchange) {
  const wire::StreamMessage& message = exchange.reader.message();
  if (const auto* remote = std::get_if<wire::PushPull>(&message)) {
    return answer_push_pull(step, id, *remote);
  }
  if (const auto* ping = std::get_if<wire::Ping>(&message)) {
    return answer_ping(step, id, *ping);
  }
  if (const auto* user = std::get_if<wire::StreamUserMessage>(&message)) {
    on_user_message(step, exchange.peer, user->payload);
    return close_exchange(step, id);
  }
  ++step.core.counters.streams_rejected;
  fail(step, id, "a message that no exchange begins with");
}

void finish_push_pull(Step& step, StreamId id, const Exchange& exchange, const wire::PushPull& remote) {
  const bool ignore_old = exchange.purpose == Purpose::join && join_ignores_old(step.core, exchange.command);
  const MergeFrom from{.dialled = exchange.peer, .ignore_old_events = ignore_old};
  if (const auto merged = merge_push_pull(step, remote, from); !merged) {
    return fail(step, id, merged.error());
  }
  measure_push_pull(step, exchange);
  if (exchange.purpose == Purpose::join) {
    join_succeeded(step, exchange.command);
  } else if (exchange.purpose == Purpose::reclaim) {
    end_reclaim(step, exchange.node, remote.nodes);
  }
  close_exchange(step, id);
}

void take_answer(Step& step, StreamId id, const Exchange& exchange) {
  const wire::StreamMessage& message = exchange.reader.message();
  if (const auto* error = std::get_if<wire::ErrorReply>(&message)) {
    return fail(step, id, "remote error: " + std::string(error->error));
  }
  if (exchange.purpose == Purpose::fallback_ping) {
    const auto* ack = std::get_if<wire::Ack>(&message);
    if (ack == nullptr || ack->seq_no != exchange.seq_no) {
      return fail(step, id, "not the answer to a ping");
    }
    return on_fallback_ack(step, exchange.seq_no);
  }
  if (const auto* remote = std::get_if<wire::PushPull>(&message)) {
    return finish_push_pull(step, id, exchange, *remote);
  }
  fail(step, id, "not the answer to a push/pull");
}

}  // namespace

Instant Exchanges::next_deadline() const noexcept {
  Instant next = never;
  for (const auto& [id, exchange] : running) {
    next = std::min(next, exchange.deadline);
  }
  return next;
}

std::size_t Exchanges::held() const noexcept {
  std::size_t bytes = 0;
  for (const auto& [id, exchange] : running) {
    bytes += exchange.reader.held();
  }
  return bytes;
}

std::size_t Exchanges::inbound_from(const IpAddress& ip) const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(running, [&](const auto& entry) {
    return entry.second.purpose == Exchange::Purpose::inbound && entry.second.peer.ip == ip;
  }));
}

void open_join(Step& step, const Endpoint& to, CommandId command, std::size_t seed) {
  const StreamId id = dial(step, Purpose::join, to, step.now + step.core.config.timing.tcp_timeout);
  Exchange& exchange = step.core.exchanges.running.at(id);
  exchange.command = command;
  exchange.seed = seed;
}

void open_reconnect(Step& step, const Endpoint& to) {
  dial(step, Purpose::reconnect, to, step.now + step.core.config.timing.tcp_timeout);
}

void open_push_pull(Step& step, const Endpoint& to) {
  dial(step, Purpose::push_pull, to, step.now + step.core.config.timing.tcp_timeout);
}

void open_reclaim(Step& step, const Endpoint& to, std::string_view name) {
  const StreamId id = dial(step, Purpose::reclaim, to, step.now + step.core.config.timing.tcp_timeout);
  step.core.exchanges.running.at(id).node = name;
}

StreamId open_fallback_ping(Step& step, const Endpoint& to, std::string_view node, std::uint32_t seq_no,
                            Instant deadline) {
  const StreamId id = dial(step, Purpose::fallback_ping, to, deadline);
  Exchange& exchange = step.core.exchanges.running.at(id);
  exchange.seq_no = seq_no;
  exchange.node = node;
  return id;
}

void close_exchange(Step& step, StreamId id) {
  Exchanges& exchanges = step.core.exchanges;
  const auto found = exchanges.running.find(id);
  if (found == exchanges.running.end()) {
    return;
  }
  exchanges.inbound -= found->second.purpose == Purpose::inbound ? 1U : 0U;
  exchanges.running.erase(found);
  step.out.streams.emplace_back(StreamClose{id});
}

std::optional<StreamId> on_stream_accepted(Step& step, const Endpoint& from) {
  Core& core = step.core;
  if (core.exchanges.inbound >= core.config.limits.streams_inbound ||
      core.exchanges.inbound_from(from.ip) >= core.config.limits.streams_per_address) {
    ++core.counters.streams_refused;
    return std::nullopt;
  }
  ++core.counters.streams_accepted;
  ++core.exchanges.inbound;
  const StreamId id = ++core.exchanges.last_id;
  core.exchanges.running.emplace(id, Exchange{.purpose = Purpose::inbound,
                                              .peer = from,
                                              .deadline = step.now + core.config.timing.tcp_timeout,
                                              .reader = wire::StreamReader(Side::accepted, core.layers()),
                                              .node = {}});
  return id;
}

void on_stream_connected(Step& step, StreamId id) {
  Core& core = step.core;
  const auto found = core.exchanges.running.find(id);
  if (found == core.exchanges.running.end()) {
    return;
  }
  const Exchange& exchange = found->second;
  core.scratch.clear();
  if (exchange.purpose == Purpose::fallback_ping) {
    wire::encode(ping_for(core, exchange.node, exchange.seq_no), core.scratch);
  } else {
    ++core.counters.push_pulls_begun;
    const bool join = exchange.purpose == Purpose::join || exchange.purpose == Purpose::reconnect;
    encode_push_pull(core, join, core.scratch);
  }
  write_framed(step, id, Side::dialled);
}

void on_stream_received(Step& step, StreamId id, Bytes bytes) {
  Core& core = step.core;
  const auto found = core.exchanges.running.find(id);
  if (found == core.exchanges.running.end()) {
    return;
  }
  Exchange& exchange = found->second;
  core.counters.stream_bytes_received += bytes.size();
  const std::size_t others = core.exchanges.held() - exchange.reader.held();
  const std::size_t most = core.config.limits.streams_bytes;
  const auto whole = exchange.reader.feed(bytes, most - std::min(most, others));
  if (!whole) {
    return reject(step, id, exchange, whole.error());
  }
  if (!*whole) {
    return;
  }
  if (exchange.purpose == Purpose::inbound) {
    serve(step, id, exchange);
  } else {
    take_answer(step, id, exchange);
  }
}

void on_stream_closed(Step& step, StreamId id, StreamEnd end, std::string_view reason) {
  Exchanges& exchanges = step.core.exchanges;
  const auto found = exchanges.running.find(id);
  if (found == exchanges.running.end()) {
    return;
  }
  const Exchange ended = std::move(found->second);
  exchanges.inbound -= ended.purpose == Purpose::inbound ? 1U : 0U;
  exchanges.running.erase(found);
  report_failure(step, ended, reason);
  // Only the host says so: what a peer writes about an error is the peer's word.
  if (end == StreamEnd::refused && ended.purpose == Purpose::fallback_ping) {
    on_fallback_refused(step, ended.seq_no);
  }
}

void run_exchanges(Step& step) {
  std::vector<StreamId> over;
  for (const auto& [id, exchange] : step.core.exchanges.running) {
    if (exchange.deadline <= step.now) {
      over.push_back(id);
    }
  }
  for (const StreamId id : over) {
    ++step.core.counters.streams_timed_out;
    fail(step, id, "i/o timeout");
  }
}

}  // namespace hearsay::swim
