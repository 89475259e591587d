#include "swim/wire/stream_frame.h"

#include "swim/wire/codec.h"
#include "swim/wire/label.h"
#include "swim/wire/lzw.h"
#include "swim/wire/stream.h"

namespace hearsay::swim::wire {

FrameHead make_frame_head(std::size_t sealed_size) noexcept {
  return {static_cast<std::byte>(MessageType::encrypt), static_cast<std::byte>(sealed_size >> 24),
          static_cast<std::byte>(sealed_size >> 16), static_cast<std::byte>(sealed_size >> 8),
          static_cast<std::byte>(sealed_size)};
}

std::size_t sealed_size_of(Bytes frame_head) noexcept {
  std::size_t size = 0;
  for (const std::byte byte : frame_head.subspan(1, frame_head_size - 1)) {
    size = size << 8 | std::to_integer<std::size_t>(byte);
  }
  return size;
}

void frame_aad(Bytes frame_head, Bytes label, Buffer& out) {
  append(out, frame_head.first(frame_head_size));
  append(out, label);
}

tl::expected<void, StreamError> frame_stream(Bytes message, const StreamOptions& options, NonceSource& nonces,
                                             Buffer& out) {
  const Layers& layers = options.layers;
  const bool sealed = layers.keyring != nullptr && !layers.keyring->empty();
  Buffer packed;
  if (options.compress) {
    Buffer lzw;
    lzw_compress(message, lzw);
    encode(Compress{.algo = 0, .buf = lzw}, packed);
    message = packed;
  }
  const std::size_t size = message.size() + (sealed ? seal_overhead : 0);
  if (size > stream_message_max) {
    return tl::unexpected(StreamError::too_large);
  }
  if (options.side == StreamReader::Side::dialled) {
    write_label(layers.label, out);
  }
  if (!sealed) {
    append(out, message);
    return {};
  }
  const FrameHead head = make_frame_head(size);
  Buffer aad;
  frame_aad(head, layers.label, aad);
  append(out, head);
  layers.keyring->seal(message, aad, nonces, out);
  return {};
}

}  // namespace hearsay::swim::wire
