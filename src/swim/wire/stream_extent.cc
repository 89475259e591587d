#include "swim/wire/stream_extent.h"

#include "swim/wire/codec.h"
#include "swim/wire/stream.h"

namespace hearsay::swim::wire {
namespace {

bool may_come_by_stream(MessageType type) noexcept {
  switch (type) {
    case MessageType::ping:
    case MessageType::ack:
    case MessageType::push_pull:
    case MessageType::user:
    case MessageType::compress:
    case MessageType::error:
      return true;
    default:
      return false;
  }
}

/// The length of what follows the msgpack part.
tl::expected<std::size_t, StreamError> tail_size(std::int64_t length) noexcept {
  if (length < 0) {
    return tl::unexpected(StreamError::bad_message);
  }
  if (length > static_cast<std::int64_t>(stream_message_max)) {
    return tl::unexpected(StreamError::too_large);
  }
  return static_cast<std::size_t>(length);
}

}  // namespace

tl::expected<bool, StreamError> MessageExtent::whole(Bytes message) {
  while (stage_ != Stage::done) {
    if (const auto moved = step(message); !moved || !*moved) {
      return moved;
    }
  }
  return true;
}

tl::expected<bool, StreamError> MessageExtent::step(Bytes message) {
  switch (stage_) {
    case Stage::type:
      return take_type(message);
    case Stage::head:
      return take_head(message);
    case Stage::nodes:
      return take_node(message);
    case Stage::tail:
      return take_tail(message);
    case Stage::done:
      break;
  }
  return true;
}

tl::expected<bool, StreamError> MessageExtent::take_type(Bytes message) {
  if (message.empty()) {
    return false;
  }
  if (!may_come_by_stream(static_cast<MessageType>(message[0]))) {
    return tl::unexpected(StreamError::bad_message);
  }
  at_ = 1;
  stage_ = Stage::head;
  return true;
}

tl::expected<bool, StreamError> MessageExtent::take_value(Bytes message) {
  const auto size = scanner_.scan(message.subspan(at_));
  if (!size && size.error() == DecodeError::truncated) {
    return false;
  }
  if (!size) {
    return tl::unexpected(StreamError::bad_message);
  }
  at_ += *size;
  scanner_ = {};
  return true;
}

tl::expected<bool, StreamError> MessageExtent::take_head(Bytes message) {
  if (const auto taken = take_value(message); !taken || !*taken) {
    return taken;
  }
  if (const auto read = read_counts(message.first(at_)); !read) {
    return tl::unexpected(read.error());
  }
  stage_ = nodes_left_ > 0 ? Stage::nodes : Stage::tail;
  return true;
}

tl::expected<void, StreamError> MessageExtent::read_counts(Bytes head) {
  const auto type = static_cast<MessageType>(head[0]);
  std::int64_t tail = 0;
  if (type == MessageType::push_pull) {
    const auto header = decode<PushPullHeader>(head.subspan(1));
    if (!header || header->nodes < 0) {
      return tl::unexpected(StreamError::bad_message);
    }
    if (header->nodes > push_pull_nodes_max) {
      return tl::unexpected(StreamError::too_large);
    }
    nodes_left_ = header->nodes;
    tail = header->user_state_len;
  } else if (type == MessageType::user) {
    const auto header = decode<UserMessageHeader>(head.subspan(1));
    if (!header) {
      return tl::unexpected(StreamError::bad_message);
    }
    tail = header->user_msg_len;
  }
  return tail_size(tail).map([this](std::size_t size) { tail_ = size; });
}

tl::expected<bool, StreamError> MessageExtent::take_node(Bytes message) {
  const auto taken = take_value(message);
  if (taken && *taken && --nodes_left_ == 0) {
    stage_ = Stage::tail;
  }
  return taken;
}

tl::expected<bool, StreamError> MessageExtent::take_tail(Bytes message) {
  if (message.size() - at_ < tail_) {
    return false;
  }
  at_ += tail_;
  stage_ = Stage::done;
  return true;
}

}  // namespace hearsay::swim::wire
