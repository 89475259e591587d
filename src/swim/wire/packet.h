// One datagram: its layers put on and taken off (proto/memberlist.md, "Packets").
//
//   outermost                                                            innermost
//   +-------+----------------------------+-------------+----------+------------------+
//   | label | version nonce .. tag       | 0c crc32 BE | 09 {LZW} | message, or      |
//   | f4 n..| AES-GCM over all inside    |             |          | 07 n len16.. ... |
//   +-------+----------------------------+-------------+----------+------------------+
//     each layer but the innermost is optional
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "swim/bytes.h"
#include "swim/wire/keyring.h"
#include "swim/wire/messages.h"

namespace hearsay::swim::wire {

/// memberlist's UDPBufferSize: what a packet may hold, before the 5 bytes of the CRC.
inline constexpr std::size_t packet_budget = 1400;
/// Serf 0.9.4 misreads compounds of 128 parts or more.
inline constexpr std::size_t compound_parts_max = 127;
/// What one datagram may expand to, all its compressed parts together.
inline constexpr std::size_t datagram_expanded_max = 64 * 1024;
/// Compress and compound may nest this deep in one datagram.
inline constexpr int packet_depth_max = 4;

struct Layers {
  const Keyring* keyring = nullptr;  // null or empty: nothing is sealed
  Bytes label;                       // empty: no label
};

enum class PacketError : std::uint8_t {
  empty,
  bad_label,
  label_mismatch,
  not_sealed,  // opened with no key of the ring, or plain where keys are needed
  bad_crc,
  bad_compress,  // undecodable, unknown algorithm, broken or oversized LZW
  bad_compound,  // a part runs past the end (the earlier ones were delivered), or is empty
  too_deep,
  unknown_type,  // a type that may not come by UDP
};

[[nodiscard]] const char* describe(PacketError error) noexcept;

class PacketHandler {
 public:
  /// One innermost message. `body` is what follows the type byte; valid during the call only.
  virtual void on_message(MessageType type, Bytes body) = 0;
  virtual void on_packet_error(PacketError error) = 0;

 protected:
  ~PacketHandler() = default;
};

/// Takes the layers off datagrams. Keeps its scratch buffers from one datagram to the next.
class PacketOpener {
 public:
  /// Delivers every message of the datagram in order. Errors are delivered too, and end the part
  /// they stand in; a compound's earlier parts have been delivered by then.
  void open(Bytes datagram, const Layers& layers, PacketHandler& handler);

 private:
  void open_checked(Bytes packet, PacketHandler& handler);
  void open_inner(Bytes packet, int depth, PacketHandler& handler);
  void open_compound(Bytes body, int depth, PacketHandler& handler);
  void open_compressed(Bytes body, int depth, PacketHandler& handler);

  Buffer plain_;
  std::array<Buffer, packet_depth_max> expanded_;
  std::size_t expansion_left_ = 0;  // of datagram_expanded_max, for all parts together
};

/// Collects the messages of one packet. Reused: clear() keeps the memory.
class PacketParts {
 public:
  void clear() noexcept;
  /// Append one message's bytes here, then call close_part().
  Buffer& open_part() noexcept { return bytes_; }
  void close_part();
  void add(Bytes message);
  [[nodiscard]] bool empty() const noexcept { return lengths_.empty(); }
  [[nodiscard]] std::size_t count() const noexcept { return lengths_.size(); }
  [[nodiscard]] std::size_t size_of(std::size_t part) const noexcept { return lengths_[part]; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size(); }
  /// Bytes of the packet inside its seal: bare for one part, a compound for several.
  [[nodiscard]] std::size_t packed_size() const noexcept;
  void pack(Buffer& out) const;

 private:
  Buffer bytes_;
  std::size_t closed_ = 0;  // bytes of the parts closed so far
  std::vector<std::uint16_t> lengths_;
};

struct SealOptions {
  Layers layers;
  bool compress = false;  // used only when it makes the packet shorter
  bool crc = false;
};

/// Puts the layers on. Keeps its scratch buffers.
class PacketSealer {
 public:
  /// Appends the datagram that carries `parts` (one or more, at most compound_parts_max) to `out`.
  void seal(const PacketParts& parts, const SealOptions& options, NonceSource& nonces, Buffer& out);

 private:
  Bytes compressed(Bytes message);

  Buffer inner_;
  Buffer packed_;
  Buffer scratch_;
};

}  // namespace hearsay::swim::wire
