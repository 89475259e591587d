#include "swim/wire/codec.h"
#include "swim/wire/crc32.h"
#include "swim/wire/label.h"
#include "swim/wire/lzw.h"
#include "swim/wire/packet.h"

namespace hearsay::swim::wire {
namespace {

constexpr std::size_t crc_size = 4;

std::uint32_t big_endian(Bytes bytes) noexcept {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes) {
    value = value << 8 | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

bool may_come_by_datagram(MessageType type) noexcept {
  switch (type) {
    case MessageType::ping:
    case MessageType::indirect_ping:
    case MessageType::ack:
    case MessageType::suspect:
    case MessageType::alive:
    case MessageType::dead:
    case MessageType::user:
    case MessageType::nack:
      return true;
    default:
      return false;
  }
}

}  // namespace

const char* describe(PacketError error) noexcept {
  switch (error) {
    case PacketError::empty:
      return "a datagram or what it expands to is empty";
    case PacketError::bad_label:
      return "the label header is broken";
    case PacketError::label_mismatch:
      return "the label is not ours";
    case PacketError::not_sealed:
      return "no key of the keyring opens it";
    case PacketError::bad_crc:
      return "the checksum does not match";
    case PacketError::bad_compress:
      return "the compressed part is broken or too large";
    case PacketError::bad_compound:
      return "a part of the compound is cut off or empty";
    case PacketError::too_deep:
      return "messages are nested too deep";
    case PacketError::unknown_type:
      return "the message type is unknown on UDP";
  }
  return "unknown error";
}

void PacketOpener::open(Bytes datagram, const Layers& layers, PacketHandler& handler) {
  if (datagram.empty()) {
    return handler.on_packet_error(PacketError::empty);
  }
  const auto labelled = read_label(datagram);
  if (!labelled) {
    return handler.on_packet_error(PacketError::bad_label);
  }
  if (!equal(labelled->label, layers.label)) {
    return handler.on_packet_error(PacketError::label_mismatch);
  }
  Bytes packet = datagram.subspan(labelled->size);
  if (layers.keyring != nullptr && !layers.keyring->empty()) {
    if (!layers.keyring->open(packet, layers.label, plain_)) {
      return handler.on_packet_error(PacketError::not_sealed);
    }
    packet = plain_;
  }
  open_checked(packet, handler);
}

void PacketOpener::open_checked(Bytes packet, PacketHandler& handler) {
  if (!packet.empty() && packet[0] == static_cast<std::byte>(MessageType::has_crc)) {
    packet = packet.subspan(1);
    if (packet.size() < crc_size || big_endian(packet.first(crc_size)) != crc32(packet.subspan(crc_size))) {
      return handler.on_packet_error(PacketError::bad_crc);
    }
    packet = packet.subspan(crc_size);
  }
  expansion_left_ = datagram_expanded_max;
  open_inner(packet, 0, handler);
}

void PacketOpener::open_inner(Bytes packet, int depth, PacketHandler& handler) {
  if (packet.empty()) {
    return handler.on_packet_error(PacketError::empty);
  }
  const auto type = static_cast<MessageType>(packet[0]);
  const Bytes body = packet.subspan(1);
  const bool wraps = type == MessageType::compound || type == MessageType::compress;
  if (wraps && depth == packet_depth_max) {
    return handler.on_packet_error(PacketError::too_deep);
  }
  if (type == MessageType::compound) {
    open_compound(body, depth, handler);
  } else if (type == MessageType::compress) {
    open_compressed(body, depth, handler);
  } else if (may_come_by_datagram(type)) {
    handler.on_message(type, body);
  } else {
    handler.on_packet_error(PacketError::unknown_type);
  }
}

void PacketOpener::open_compound(Bytes body, int depth, PacketHandler& handler) {
  const std::size_t count = body.empty() ? 0 : std::to_integer<std::size_t>(body[0]);
  if (body.size() < 1 + 2 * count || body.empty()) {
    return handler.on_packet_error(PacketError::bad_compound);
  }
  const Bytes lengths = body.subspan(1, 2 * count);
  Bytes rest = body.subspan(1 + 2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = big_endian(lengths.subspan(2 * i, 2));
    if (size > rest.size()) {
      return handler.on_packet_error(PacketError::bad_compound);
    }
    if (size == 0) {
      handler.on_packet_error(PacketError::bad_compound);
      continue;
    }
    open_inner(rest.first(size), depth + 1, handler);
    rest = rest.subspan(size);
  }
}

void PacketOpener::open_compressed(Bytes body, int depth, PacketHandler& handler) {
  const auto packed = decode<Compress>(body);
  if (!packed || packed->algo != 0) {
    return handler.on_packet_error(PacketError::bad_compress);
  }
  Buffer& expanded = expanded_[static_cast<std::size_t>(depth)];
  expanded.clear();
  const auto good = lzw_expand(packed->buf, expansion_left_, expanded);
  expansion_left_ -= expanded.size();
  if (!good) {
    return handler.on_packet_error(PacketError::bad_compress);
  }
  open_inner(expanded, depth + 1, handler);
}

}  // namespace hearsay::swim::wire
