#include <algorithm>

#include "swim/wire/label.h"
#include "swim/wire/lzw.h"
#include "swim/wire/stream.h"
#include "swim/wire/stream_frame.h"

namespace hearsay::swim::wire {
namespace {

/// The least a useful state takes: name, address, version and the other five values by position.
/// It bounds what a push/pull of empty states can make of its bytes in memory.
constexpr std::size_t node_state_size_min = 16;

MessageType type_of(Bytes message) noexcept {
  return static_cast<MessageType>(message[0]);
}

/// What each side may be sent: requests come to the accepted side, replies to the dialled one.
bool fits_side(StreamReader::Side side, MessageType type) noexcept {
  switch (type) {
    case MessageType::push_pull:
      return true;
    case MessageType::ping:
    case MessageType::user:
      return side == StreamReader::Side::accepted;
    case MessageType::ack:
    case MessageType::error:
      return side == StreamReader::Side::dialled;
    default:
      return false;
  }
}

template <class T>
tl::expected<StreamMessage, DecodeError> decode_simple(Bytes body) {
  return decode<T>(body).map([](T value) { return StreamMessage(std::move(value)); });
}

tl::expected<StreamMessage, DecodeError> decode_user(Bytes body) {
  return decode_prefix<UserMessageHeader>(body).map([body](const Decoded<UserMessageHeader>& header) {
    const auto size = static_cast<std::size_t>(header.value.user_msg_len);
    return StreamMessage(StreamUserMessage{body.subspan(header.size, size)});
  });
}

/// The counts have been checked and the bytes are there: MessageExtent saw to both.
tl::expected<StreamMessage, DecodeError> decode_push_pull(Bytes body, std::size_t room) {
  const auto header = decode_prefix<PushPullHeader>(body);
  if (!header) {
    return tl::unexpected(header.error());
  }
  const auto count = static_cast<std::size_t>(header->value.nodes);
  const auto user_size = static_cast<std::size_t>(header->value.user_state_len);
  Bytes states = body.subspan(header->size, body.size() - header->size - user_size);
  if (count > states.size() / node_state_size_min || count > room / sizeof(PushNodeState)) {
    return tl::unexpected(DecodeError::too_many);
  }
  PushPull message{.join = header->value.join, .user_state = body.last(user_size)};
  message.nodes.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto state = decode_prefix<PushNodeState>(states);
    if (!state) {
      return tl::unexpected(state.error());
    }
    message.nodes.push_back(state->value);
    states = states.subspan(state->size);
  }
  return StreamMessage(std::move(message));
}

tl::expected<StreamMessage, DecodeError> decode_message(MessageType type, Bytes body, std::size_t room) {
  switch (type) {
    case MessageType::ping:
      return decode_simple<Ping>(body);
    case MessageType::ack:
      return decode_simple<Ack>(body);
    case MessageType::error:
      return decode_simple<ErrorReply>(body);
    case MessageType::user:
      return decode_user(body);
    default:
      return decode_push_pull(body, room);
  }
}

}  // namespace

const char* describe(StreamError error) noexcept {
  switch (error) {
    case StreamError::bad_label:
      return "the label header is broken";
    case StreamError::label_mismatch:
      return "the label is not ours";
    case StreamError::not_sealed:
      return "encryption is configured but the stream is not encrypted";
    case StreamError::unexpected_seal:
      return "the stream is encrypted and encryption is not configured";
    case StreamError::cannot_open:
      return "no key of the keyring opens it";
    case StreamError::too_large:
      return "the message is over the limit";
    case StreamError::no_room:
      return "all streams together hold too much already";
    case StreamError::bad_compress:
      return "the compressed message is broken or too large";
    case StreamError::bad_message:
      return "the message is not one that may come here";
  }
  return "unknown error";
}

std::size_t StreamReader::held() const noexcept {
  const auto* push_pull = message_ ? std::get_if<PushPull>(&*message_) : nullptr;
  const std::size_t nodes = push_pull != nullptr ? push_pull->nodes.capacity() * sizeof(PushNodeState) : 0;
  return raw_.capacity() + plain_.capacity() + expanded_.capacity() + nodes;
}

std::size_t StreamReader::room_left() const noexcept {
  return room_ - std::min(room_, held());
}

tl::expected<bool, StreamError> StreamReader::feed(Bytes bytes, std::size_t room) {
  if (failed_) {
    return tl::unexpected(*failed_);
  }
  if (message_) {
    return true;
  }
  room_ = room;
  const std::size_t elsewhere = held() - raw_.capacity();
  if (!raw_.append(bytes, room - std::min(room, elsewhere))) {
    failed_ = StreamError::no_room;
    return tl::unexpected(*failed_);
  }
  const auto done = advance();
  if (!done) {
    failed_ = done.error();
  }
  return done;
}

tl::expected<bool, StreamError> StreamReader::advance() {
  if (!start_) {
    if (const auto taken = take_label(); !taken || !*taken) {
      return taken;
    }
  }
  const Bytes rest = raw_.view().subspan(*start_);
  if (rest.empty()) {
    return false;
  }
  const bool sealed = type_of(rest) == MessageType::encrypt;
  const bool has_keys = layers_.keyring != nullptr && !layers_.keyring->empty();
  if (sealed != has_keys) {
    return tl::unexpected(sealed ? StreamError::unexpected_seal : StreamError::not_sealed);
  }
  return sealed ? advance_sealed(rest) : advance_plain(rest);
}

tl::expected<bool, StreamError> StreamReader::take_label() {
  if (side_ == Side::dialled) {
    start_ = 0;  // replies carry no label
    return true;
  }
  if (raw_.view().empty()) {
    return false;
  }
  const auto labelled = read_label(raw_.view());
  if (!labelled && labelled.error() == LabelError::incomplete) {
    return false;
  }
  if (!labelled) {
    return tl::unexpected(StreamError::bad_label);
  }
  if (!equal(labelled->label, layers_.label)) {
    return tl::unexpected(StreamError::label_mismatch);
  }
  start_ = labelled->size;
  return true;
}

tl::expected<bool, StreamError> StreamReader::advance_plain(Bytes message) {
  const auto whole = extent_.whole(message);
  if (!whole) {
    return whole;
  }
  if ((*whole ? extent_.size() : message.size()) > stream_message_max) {
    return tl::unexpected(StreamError::too_large);
  }
  return *whole ? take_message(message.first(extent_.size())) : whole;
}

tl::expected<bool, StreamError> StreamReader::advance_sealed(Bytes frame) {
  if (frame.size() < frame_head_size) {
    return false;
  }
  const std::size_t size = sealed_size_of(frame);
  if (size > stream_message_max) {
    return tl::unexpected(StreamError::too_large);
  }
  if (frame.size() - frame_head_size < size) {
    return false;
  }
  if (size > room_left()) {
    return tl::unexpected(StreamError::no_room);
  }
  Buffer aad;
  frame_aad(frame, layers_.label, aad);
  if (!layers_.keyring->open(frame.subspan(frame_head_size, size), aad, plain_)) {
    return tl::unexpected(StreamError::cannot_open);
  }
  raw_.free();
  MessageExtent extent;
  const auto whole = extent.whole(plain_);
  if (!whole || !*whole) {
    return tl::unexpected(whole ? StreamError::bad_message : whole.error());
  }
  return take_message(Bytes(plain_).first(extent.size()));
}

tl::expected<bool, StreamError> StreamReader::take_message(Bytes message) {
  return type_of(message) == MessageType::compress ? take_compressed(message) : take_innermost(message);
}

/// Expanded into just as much memory as that takes, which is found out first.
tl::expected<bool, StreamError> StreamReader::take_compressed(Bytes message) {
  const auto packed = decode<Compress>(message.subspan(1));
  if (!packed || packed->algo != 0) {
    return tl::unexpected(StreamError::bad_compress);
  }
  const std::size_t most =
      std::min(stream_message_max, expansion_free + expansion_ratio_max * packed->buf.size());
  const auto size = lzw_expanded_size(packed->buf, most);
  if (!size || *size == 0) {
    return tl::unexpected(StreamError::bad_compress);
  }
  if (*size > room_left()) {
    return tl::unexpected(StreamError::no_room);
  }
  expanded_.reserve(*size);
  static_cast<void>(lzw_expand(packed->buf, *size, expanded_));
  raw_.free();  // what was packed has been read
  MessageExtent extent;
  const auto whole = extent.whole(expanded_);
  if (!whole || !*whole) {
    return tl::unexpected(whole ? StreamError::bad_message : whole.error());
  }
  return take_innermost(Bytes(expanded_).first(extent.size()));
}

tl::expected<bool, StreamError> StreamReader::take_innermost(Bytes message) {
  if (!fits_side(side_, type_of(message))) {
    return tl::unexpected(StreamError::bad_message);
  }
  auto decoded = decode_message(type_of(message), message.subspan(1), room_left());
  if (!decoded) {
    return tl::unexpected(StreamError::bad_message);
  }
  message_ = std::move(*decoded);
  return true;
}

}  // namespace hearsay::swim::wire
