#include <limits>

#include "swim/invariant.h"
#include "swim/wire/codec.h"
#include "swim/wire/crc32.h"
#include "swim/wire/label.h"
#include "swim/wire/lzw.h"
#include "swim/wire/packet.h"

namespace hearsay::swim::wire {
namespace {

constexpr std::size_t compound_head = 2;  // type and count
constexpr std::size_t compound_part = 2;  // its length

void put_crc(Bytes message, Buffer& out) {
  const std::uint32_t crc = crc32(message);
  out.push_back(static_cast<std::byte>(MessageType::has_crc));
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out.push_back(static_cast<std::byte>(crc >> shift));
  }
}

}  // namespace

void PacketParts::clear() noexcept {
  bytes_.clear();
  lengths_.clear();
  closed_ = 0;
}

void PacketParts::close_part() {
  const std::size_t size = bytes_.size() - closed_;
  // Serf 0.9.4 dies of an empty part.
  HEARSAY_INVARIANT(size > 0 && size <= std::numeric_limits<std::uint16_t>::max());
  lengths_.push_back(static_cast<std::uint16_t>(size));
  closed_ = bytes_.size();
}

void PacketParts::add(Bytes message) {
  append(bytes_, message);
  close_part();
}

std::size_t PacketParts::packed_size() const noexcept {
  const std::size_t around = count() > 1 ? compound_head + compound_part * count() : 0;
  return around + bytes();
}

void PacketParts::pack(Buffer& out) const {
  HEARSAY_INVARIANT(!empty() && count() <= compound_parts_max && closed_ == bytes_.size());
  if (count() > 1) {
    out.push_back(static_cast<std::byte>(MessageType::compound));
    out.push_back(static_cast<std::byte>(count()));
    for (const std::uint16_t length : lengths_) {
      out.push_back(static_cast<std::byte>(length >> 8));
      out.push_back(static_cast<std::byte>(length));
    }
  }
  append(out, bytes_);
}

/// The wrapped form of `message`, or `message` itself when that is no longer.
Bytes PacketSealer::compressed(Bytes message) {
  scratch_.clear();
  lzw_compress(message, scratch_);
  packed_.clear();
  encode(Compress{.algo = 0, .buf = scratch_}, packed_);
  return packed_.size() < message.size() ? Bytes(packed_) : message;
}

void PacketSealer::seal(const PacketParts& parts, const SealOptions& options, NonceSource& nonces,
                        Buffer& out) {
  const Layers& layers = options.layers;
  const bool sealed = layers.keyring != nullptr && !layers.keyring->empty();
  inner_.clear();
  parts.pack(inner_);
  Bytes message = options.compress ? compressed(inner_) : Bytes(inner_);

  write_label(layers.label, out);
  if (!sealed) {
    if (options.crc) {
      put_crc(message, out);
    }
    append(out, message);
    return;
  }
  if (options.crc) {
    scratch_.clear();
    put_crc(message, scratch_);
    append(scratch_, message);
    message = scratch_;
  }
  layers.keyring->seal(message, layers.label, nonces, out);
}

}  // namespace hearsay::swim::wire
