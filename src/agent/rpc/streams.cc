#include "agent/rpc/streams.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/rpc/key_query.h"
#include "agent/rpc/limits.h"
#include "agent/rpc/member_writer.h"
#include "agent/rpc/query_stream.h"

namespace hearsay::agent::rpc {
namespace {

void write_body(Writer out, const MembersChanged& event, RecordSink&) {
  out.map(2).text("Event").text(event_name(event.kind));
  out.text("Members").array(static_cast<std::uint32_t>(event.members.size()));
  for (const swim::MemberRecord& member : event.members) {
    write_member(out, member);
  }
}

void write_body(Writer out, const swim::UserEventReceived& event, RecordSink&) {
  out.map(5).text("Coalesce").boolean(event.coalesce).text("Event").text("user");
  out.text("LTime").unsigned_integer(event.ltime).text("Name").text(event.name);
  out.text("Payload").binary_or_nil(event.payload);
}

void write_body(Writer out, const swim::QueryReceived& event, RecordSink& sink) {
  out.map(5).text("Event").text("query").text("ID").unsigned_integer(sink.number_of(event));
  out.text("LTime").unsigned_integer(event.ltime).text("Name").text(event.name);
  out.text("Payload").binary_or_nil(event.payload);
}

/// The level in the first brackets of a line.
std::optional<LogLevel> level_of(std::string_view line) {
  const std::size_t open = line.find('[');
  const std::size_t close = open == std::string_view::npos ? open : line.find(']', open);
  return close == std::string_view::npos ? std::nullopt
                                         : parse_log_level(line.substr(open + 1, close - open - 1));
}

/// What stands before the level.
std::string_view time_of(std::string_view line) {
  const std::size_t open = line.find('[');
  return line.substr(0, open == std::string_view::npos ? 0 : open);
}

}  // namespace

bool Backlog::has_room(std::uint64_t times_drained) noexcept {
  if (std::exchange(times_drained_, times_drained) != times_drained) {
    waiting_ = 0;
  }
  return waiting_ < limits::records_waiting;
}

bool Backlog::admit(std::uint64_t times_drained) noexcept {
  const bool admitted = has_room(times_drained);
  ++(admitted ? waiting_ : missed_);
  return admitted;
}

std::uint64_t Backlog::take_missed(std::uint64_t times_drained) noexcept {
  if (missed_ == 0 || !has_room(times_drained)) {
    return 0;
  }
  ++waiting_;
  return std::exchange(missed_, 0);
}

EventStream::EventStream(Backend& backend, RecordSink& sink, Counters& counters, std::uint64_t seq,
                         std::vector<EventFilter> filters)
    : backend_(backend), sink_(sink), counters_(counters), seq_(seq), filters_(std::move(filters)) {
  backend_.add_event_listener(*this);
}

EventStream::~EventStream() {
  backend_.remove_event_listener(*this);
}

std::size_t EventStream::held_bytes() const noexcept {
  std::size_t bytes = sizeof(*this) + filters_.capacity() * sizeof(EventFilter);
  for (const EventFilter& filter : filters_) {
    bytes += filter.name.capacity();
  }
  return bytes;
}

void EventStream::on_event(const AgentEvent& event) {
  if (!any_matches(filters_, event)) {
    return;
  }
  tell_missed();
  if (!backlog_.admit(sink_.times_drained())) {
    ++counters_.events_dropped;
    return;
  }
  const Writer out = sink_.begin_record(seq_);
  std::visit([&](const auto& body) { write_body(out, body, sink_); }, event);
  sink_.end_record();
}

void EventStream::tell_missed() {
  if (const std::uint64_t missed = backlog_.take_missed(sink_.times_drained())) {
    sink_.begin_record(seq_).map(2).text("Count").unsigned_integer(missed).text("Event").text("missed");
    sink_.end_record();
  }
}

LogStream::LogStream(Backend& backend, RecordSink& sink, Counters& counters, std::uint64_t seq,
                     LogLevel level)
    : backend_(backend), sink_(sink), counters_(counters), seq_(seq), level_(level) {
  backend_.add_log_listener(*this);
}

LogStream::~LogStream() {
  backend_.remove_log_listener(*this);
}

void LogStream::on_log_line(std::string_view line) {
  if (level_of(line).value_or(level_) < level_) {
    return;
  }
  tell_missed();
  if (!backlog_.admit(sink_.times_drained())) {
    ++counters_.log_lines_dropped;
    last_missed_at_ = time_of(line);
    return;
  }
  sink_.begin_record(seq_).map(1).text("Log").text(line);
  sink_.end_record();
}

void LogStream::tell_missed() {
  if (const std::uint64_t missed = backlog_.take_missed(sink_.times_drained())) {
    const std::string line = last_missed_at_ + "[WARN] agent.ipc: " + std::to_string(missed) +
                             " log lines missed: this client did not take them in time";
    sink_.begin_record(seq_).map(1).text("Log").text(line);
    sink_.end_record();
  }
}

Streams::Streams() = default;
Streams::Streams(Streams&&) noexcept = default;
Streams& Streams::operator=(Streams&&) noexcept = default;
Streams::~Streams() = default;

void Streams::follow(std::uint64_t seq, std::unique_ptr<EventStream> stream) {
  held_bytes += stream->held_bytes();
  events.emplace(seq, std::move(stream));
}

void Streams::stop(std::uint64_t seq) {
  if (const auto found = events.find(seq); found != events.end()) {
    held_bytes -= found->second->held_bytes();
    events.erase(found);
  }
  std::erase_if(queries, [seq](const auto& query) { return query->seq() == seq; });
  if (monitor != nullptr && monitor->seq() == seq) {
    monitor.reset();
  }
}

bool Streams::idle() const noexcept {
  return events.empty() && monitor == nullptr &&
         std::ranges::all_of(queries, [](const auto& query) { return query->done(); });
}

void Streams::tell_missed() {
  for (const auto& [seq, stream] : events) {
    stream->tell_missed();
  }
  if (monitor != nullptr) {
    monitor->tell_missed();
  }
}

}  // namespace hearsay::agent::rpc
