#include "agent/net/gossip_streams.h"

#include <uv.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "agent/net/address.h"

namespace hearsay::agent::net {
namespace {

// Enough for a push/pull of a large cluster over a slow line; a peer that stalls is not waited for.
constexpr swim::Duration patience = std::chrono::seconds(10);
constexpr std::size_t leaving_max = 128;
// Of answers that nobody takes: anybody may ask for the state of the cluster.
constexpr std::size_t leaving_bytes_max = 16U << 20U;

/// As Go words it, which is what Serf's users find when they search.
std::string dial_failure(const swim::Endpoint& to, int error) {
  return "dial tcp " + format_endpoint(to) + (error == UV_ETIMEDOUT ? ": " : ": connect: ") +
         std::string(loop::describe_error(error));
}

swim::StreamEnd end_of_dial(int error) noexcept {
  return error == UV_ECONNREFUSED ? swim::StreamEnd::refused : swim::StreamEnd::gone;
}

}  // namespace

class GossipStreams::Stream final : public loop::ConnectionHandler {
 public:
  Stream(GossipStreams& owner, swim::StreamId id) : owner_(&owner), id_(id) {}

  void on_connected() override {
    dialling.reset();
    owner_->listener_->on_stream_connected(id_);
  }
  void on_bytes(swim::Bytes bytes) override { owner_->listener_->on_stream_bytes(id_, bytes); }
  void on_closed(int error) override { owner_->ended(*this, error); }

  [[nodiscard]] swim::StreamId id() const noexcept { return id_; }

  loop::Connection connection;
  std::optional<swim::Endpoint> dialling;
  bool leaving = false;

 private:
  GossipStreams* owner_;
  swim::StreamId id_;
};

GossipStreams::GossipStreams(loop::Loop& loop, StreamListener& listener)
    : loop_(&loop),
      listener_(&listener),
      failure_timer_(loop, [this] { report_failures(); }),
      leaving_timer_(loop, [this] { give_up_leaving(); }) {}

GossipStreams::~GossipStreams() = default;

void GossipStreams::adopt(swim::StreamId id, loop::Connection connection) {
  auto stream = std::make_unique<Stream>(*this, id);
  stream->connection = std::move(connection);
  stream->connection.start(*stream);
  open_.emplace(id, std::move(stream));
}

void GossipStreams::apply(swim::StreamAction& action) {
  if (const auto* dial = std::get_if<swim::StreamOpen>(&action)) {
    open(*dial);
  } else if (const auto* write = std::get_if<swim::StreamWrite>(&action)) {
    if (const auto found = open_.find(write->stream); found != open_.end()) {
      found->second->connection.write(write->bytes);
    }
  } else {
    close(std::get<swim::StreamClose>(action));
  }
}

void GossipStreams::open(const swim::StreamOpen& action) {
  auto stream = std::make_unique<Stream>(*this, action.stream);
  auto connection = loop::Connection::connect(*loop_, action.to, *stream);
  if (connection) {
    stream->connection = std::move(*connection);
    stream->dialling = action.to;
    open_.emplace(action.stream, std::move(stream));
  } else {
    failures_.push_back({.stream = action.stream,
                         .end = end_of_dial(connection.error()),
                         .reason = dial_failure(action.to, connection.error())});
    failure_timer_.arm_at(swim::Instant{});
  }
}

void GossipStreams::close(const swim::StreamClose& action) {
  std::erase_if(failures_, [&](const Failure& failure) { return failure.stream == action.stream; });
  const auto found = open_.find(action.stream);
  if (found == open_.end()) {
    return;
  }
  std::unique_ptr<Stream> stream = std::move(found->second);
  open_.erase(found);
  if (!stream->connection.is_connected()) {
    return;  // a dial the core has given up
  }
  leave(std::move(stream));
}

void GossipStreams::leave(std::unique_ptr<Stream> stream) {
  stream->leaving = true;
  stream->connection.close_after_flush();
  leaving_.push_back({.stream = std::move(stream), .give_up = loop::Loop::now() + patience});
  while (leaving_.size() > 1 && (leaving_.size() > leaving_max || leaving_bytes() > leaving_bytes_max)) {
    leaving_.pop_front();
    ++aborted_;
  }
  leaving_timer_.arm_at(leaving_.front().give_up);
}

std::size_t GossipStreams::leaving_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const Leaving& leaving : leaving_) {
    bytes += leaving.stream->connection.queued_bytes();
  }
  return bytes;
}

void GossipStreams::report_failures() {
  while (!failures_.empty()) {
    const Failure failure = failures_.front();
    failures_.pop_front();
    listener_->on_stream_closed(failure.stream, failure.end, failure.reason);
  }
}

void GossipStreams::give_up_leaving() {
  while (!leaving_.empty() && leaving_.front().give_up <= loop::Loop::now()) {
    leaving_.pop_front();
    ++aborted_;
  }
  leaving_timer_.arm_at(leaving_.empty() ? swim::never : leaving_.front().give_up);
}

void GossipStreams::ended(Stream& stream, int error) {
  if (stream.leaving) {
    std::erase_if(leaving_, [&](const Leaving& leaving) { return leaving.stream.get() == &stream; });
    return;
  }
  const swim::StreamId id = stream.id();
  const std::string reason =
      stream.dialling ? dial_failure(*stream.dialling, error) : std::string(loop::describe_error(error));
  const swim::StreamEnd end = stream.dialling ? end_of_dial(error) : swim::StreamEnd::gone;
  open_.erase(id);  // destroys `stream`
  listener_->on_stream_closed(id, end, reason);
}

}  // namespace hearsay::agent::net
