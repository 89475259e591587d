// One message on a TCP connection: its frame put on and taken off (proto/memberlist.md, "Streams").
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "swim/bytes.h"
#include "swim/wire/codec.h"
#include "swim/wire/growing_bytes.h"
#include "swim/wire/packet.h"
#include "swim/wire/stream_extent.h"

namespace hearsay::swim::wire {

/// Largest sealed frame, and largest message or expansion.
inline constexpr std::size_t stream_message_max = 20 * 1024 * 1024;
/// What a compressed message may expand to: so much, and more only by so many times its size. LZW can do
/// 2,500 times; the states of members come to less than 20.
inline constexpr std::size_t expansion_free = 1024 * 1024;
inline constexpr std::size_t expansion_ratio_max = 256;

enum class StreamError : std::uint8_t {
  bad_label,
  label_mismatch,
  not_sealed,       // plain where keys are needed: answer with an err
  unexpected_seal,  // sealed where there is no key: answer with an err
  cannot_open,      // no key fits
  too_large,
  no_room,  // this and what the host holds elsewhere would be too much
  bad_compress,
  bad_message,  // undecodable, negative counts, unknown type
};

[[nodiscard]] const char* describe(StreamError error) noexcept;

/// A whole push/pull: the states and the user state. Views look into the reader's buffers.
struct PushPull {
  bool join = false;
  std::vector<PushNodeState> nodes;
  Bytes user_state;
};

struct StreamUserMessage {
  Bytes payload;
};

using StreamMessage = std::variant<PushPull, Ping, Ack, ErrorReply, StreamUserMessage>;

/// Fed the bytes of a connection as they come, in pieces of any size, until one whole message is
/// there. Every byte is looked at a bounded number of times. Memory grows with the bytes received, and what
/// it grows to is known before it is taken.
class StreamReader {
 public:
  enum class Side : std::uint8_t { accepted, dialled };  // only the dialling side sends a label

  /// `layers` and what it points to must outlive the reader.
  StreamReader(Side side, const Layers& layers) noexcept : side_(side), layers_(layers) {}

  /// True once the message is whole: message() may be called. False: feed more. held() does not pass `room`,
  /// not even on the way.
  tl::expected<bool, StreamError> feed(Bytes bytes,
                                       std::size_t room = std::numeric_limits<std::size_t>::max());

  /// Views are valid until the next feed() and as long as the reader. Call only after feed()
  /// returned true.
  [[nodiscard]] const StreamMessage& message() const noexcept { return *message_; }

  /// Bytes of memory held now, for the host's budget.
  [[nodiscard]] std::size_t held() const noexcept;

 private:
  tl::expected<bool, StreamError> advance();
  tl::expected<bool, StreamError> take_label();
  tl::expected<bool, StreamError> advance_plain(Bytes message);
  tl::expected<bool, StreamError> advance_sealed(Bytes frame);
  tl::expected<bool, StreamError> take_message(Bytes message);
  tl::expected<bool, StreamError> take_compressed(Bytes message);
  tl::expected<bool, StreamError> take_innermost(Bytes message);
  [[nodiscard]] std::size_t room_left() const noexcept;

  Side side_;
  Layers layers_;
  std::size_t room_ = 0;
  GrowingBytes raw_;
  Buffer plain_;
  Buffer expanded_;
  std::optional<StreamMessage> message_;
  std::optional<StreamError> failed_;
  std::optional<std::size_t> start_;  // where the message or frame begins in raw_, after the label
  MessageExtent extent_;
};

struct StreamOptions {
  Layers layers;
  StreamReader::Side side = StreamReader::Side::dialled;
  bool compress = false;  // on a stream always applied when on, even where it grows the message
};

/// Appends `message` (type byte and body) framed for the connection.
tl::expected<void, StreamError> frame_stream(Bytes message, const StreamOptions& options, NonceSource& nonces,
                                             Buffer& out);

}  // namespace hearsay::swim::wire
