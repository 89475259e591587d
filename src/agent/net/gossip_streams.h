// The TCP side of gossip: carries out what the core wants done on its exchanges.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent/loop/connection.h"
#include "agent/loop/timer.h"
#include "swim/output.h"

namespace hearsay::agent::net {

/// What happens on exchanges; each call is to be followed by acting on the core's Output.
class StreamListener {
 public:
  virtual void on_stream_connected(swim::StreamId stream) = 0;
  virtual void on_stream_bytes(swim::StreamId stream, swim::Bytes bytes) = 0;
  /// The id is forgotten. `reason` for people: "EOF", "dial tcp 10.0.0.1:7946: connect: connection
  /// refused".
  virtual void on_stream_closed(swim::StreamId stream, swim::StreamEnd end, std::string_view reason) = 0;

 protected:
  ~StreamListener() = default;
};

class GossipStreams {
 public:
  GossipStreams(loop::Loop& loop, StreamListener& listener);
  ~GossipStreams();
  GossipStreams(const GossipStreams&) = delete;
  GossipStreams& operator=(const GossipStreams&) = delete;

  /// A peer's connection that the core has given an id.
  void adopt(swim::StreamId stream, loop::Connection connection);
  /// Never calls the listener before it returns.
  void apply(swim::StreamAction& action);

  [[nodiscard]] std::size_t open_count() const noexcept { return open_.size(); }
  /// Closed by the core with bytes unsent, and given up because too many were or it took too long.
  [[nodiscard]] std::uint64_t aborted() const noexcept { return aborted_; }

 private:
  class Stream;
  struct Failure {
    swim::StreamId stream;
    swim::StreamEnd end;
    std::string reason;
  };
  /// Closed by the core while bytes wait for the peer.
  struct Leaving {
    std::unique_ptr<Stream> stream;
    swim::Instant give_up;
  };

  void open(const swim::StreamOpen& action);
  void close(const swim::StreamClose& action);
  void leave(std::unique_ptr<Stream> stream);
  [[nodiscard]] std::size_t leaving_bytes() const noexcept;
  void report_failures();
  void give_up_leaving();
  void ended(Stream& stream, int error);

  loop::Loop* loop_;
  StreamListener* listener_;
  std::map<swim::StreamId, std::unique_ptr<Stream>> open_;
  std::deque<Leaving> leaving_;  // by give_up, which is the order they came in
  std::deque<Failure> failures_;
  loop::Timer failure_timer_;
  loop::Timer leaving_timer_;
  std::uint64_t aborted_ = 0;
};

}  // namespace hearsay::agent::net
