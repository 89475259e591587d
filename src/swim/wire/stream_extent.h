// Where one message of a stream ends (proto/memberlist.md, "Streams").
#pragma once

#include <cstdint>

#include <tl/expected.hpp>

#include "swim/bytes.h"
#include "swim/wire/dialect_reader.h"

namespace hearsay::swim::wire {

enum class StreamError : std::uint8_t;

/// States that one push/pull may carry.
inline constexpr std::int64_t push_pull_nodes_max = 1'048'576;

/// Finds the end of the message at the front of a buffer that still grows. Each byte is passed once.
class MessageExtent {
 public:
  /// True when the whole message is in `message`, which starts with the same bytes each time.
  tl::expected<bool, StreamError> whole(Bytes message);

  /// Bytes of the message, once it is whole.
  [[nodiscard]] std::size_t size() const noexcept { return at_; }

 private:
  enum class Stage : std::uint8_t { type, head, nodes, tail, done };

  tl::expected<bool, StreamError> step(Bytes message);
  tl::expected<bool, StreamError> take_type(Bytes message);
  tl::expected<bool, StreamError> take_head(Bytes message);
  tl::expected<bool, StreamError> take_node(Bytes message);
  tl::expected<bool, StreamError> take_tail(Bytes message);
  tl::expected<bool, StreamError> take_value(Bytes message);
  tl::expected<void, StreamError> read_counts(Bytes head);

  Stage stage_ = Stage::type;
  std::size_t at_ = 0;
  std::int64_t nodes_left_ = 0;
  std::size_t tail_ = 0;  // bytes after the last msgpack value
  dialect::Scanner scanner_;
};

}  // namespace hearsay::swim::wire
