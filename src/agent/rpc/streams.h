// What a client follows: events and log lines (proto/rpc.md, "Streams").
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/event_filter.h"
#include "agent/log.h"
#include "agent/rpc/backend.h"
#include "agent/rpc/counters.h"
#include "agent/rpc/msgpack_writer.h"

namespace hearsay::agent::rpc {

/// Where records go: the session that was asked for them.
class RecordSink {
 public:
  /// Writes the header of a record; the body goes to the writer. Then end_record().
  virtual Writer begin_record(std::uint64_t seq) = 0;
  virtual void end_record() = 0;
  /// Grows each time the client has taken all that was sent to it.
  [[nodiscard]] virtual std::uint64_t times_drained() const noexcept = 0;
  /// A number under which the client may answer the query, new for each record.
  virtual std::uint64_t number_of(const swim::QueryReceived& query) = 0;

 protected:
  ~RecordSink() = default;
};

/// Counts the records that a client has not taken yet, and those that it was not sent for that reason.
class Backlog {
 public:
  /// False: there are limits::records_waiting already, and this one is missed.
  bool admit(std::uint64_t times_drained) noexcept;
  /// How many were missed, once there is room to say so; then they count as told. 0: nothing to tell.
  std::uint64_t take_missed(std::uint64_t times_drained) noexcept;

 private:
  [[nodiscard]] bool has_room(std::uint64_t times_drained) noexcept;

  std::uint64_t times_drained_ = 0;
  std::size_t waiting_ = 0;
  std::uint64_t missed_ = 0;
};

/// Sends matching events while it lives, and how many were missed (docs/decisions/0010).
class EventStream final : public EventListener {
 public:
  EventStream(Backend& backend, RecordSink& sink, Counters& counters, std::uint64_t seq,
              std::vector<EventFilter> filters);
  ~EventStream();
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  void on_event(const AgentEvent& event) override;
  /// The client has caught up: says what it missed.
  void tell_missed();
  /// Memory. Never changes.
  [[nodiscard]] std::size_t held_bytes() const noexcept;

 private:
  Backend& backend_;
  RecordSink& sink_;
  Counters& counters_;
  std::uint64_t seq_;
  std::vector<EventFilter> filters_;
  Backlog backlog_;
};

/// Sends log lines of a level or above while it lives, first those that are kept. A line without a
/// known level is always sent. How many were missed is a line, too, with the time of the last of them.
class LogStream final : public LogListener {
 public:
  LogStream(Backend& backend, RecordSink& sink, Counters& counters, std::uint64_t seq, LogLevel level);
  ~LogStream();
  LogStream(const LogStream&) = delete;
  LogStream& operator=(const LogStream&) = delete;

  void on_log_line(std::string_view line) override;
  void tell_missed();
  [[nodiscard]] std::uint64_t seq() const noexcept { return seq_; }

 private:
  Backend& backend_;
  RecordSink& sink_;
  Counters& counters_;
  std::uint64_t seq_;
  LogLevel level_;
  Backlog backlog_;
  std::string last_missed_at_;
};

class KeyQuery;
class QueryStream;

/// The streams of one client, by the Seq that started them.
struct Streams {
  Streams();
  Streams(Streams&&) noexcept;
  Streams& operator=(Streams&&) noexcept;
  ~Streams();

  std::map<std::uint64_t, std::unique_ptr<EventStream>> events;  // added by follow()
  std::unique_ptr<LogStream> monitor;
  std::vector<std::unique_ptr<QueryStream>> queries;  // those that are done until the next begins

  std::unique_ptr<KeyQuery> key_query;  // under way or done: commands run one by one

  /// `seq` is new.
  void follow(std::uint64_t seq, std::unique_ptr<EventStream> stream);
  void stop(std::uint64_t seq);
  /// Memory of `events`.
  std::size_t held_bytes = 0;
  void tell_missed();
  /// Nothing is followed, and no query is under way.
  [[nodiscard]] bool idle() const noexcept;
};

}  // namespace hearsay::agent::rpc
