// Everything a call into the core wants done.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "swim/bytes.h"
#include "swim/endpoint.h"
#include "swim/event.h"

namespace hearsay::swim {

using StreamId = std::uint32_t;

struct Datagram {
  Endpoint to;
  std::uint32_t offset;  // into Output::arena
  std::uint32_t size;
};

/// Dial; then stream_connected() or stream_closed().
struct StreamOpen {
  StreamId stream;
  Endpoint to;
};
/// How a stream ended, as the host knows it.
enum class StreamEnd : std::uint8_t {
  gone,     // closed or reset, or there was no way to dial
  refused,  // the dial was: nobody listens there
};
struct StreamWrite {
  StreamId stream;
  Buffer bytes;
};
/// Close once what was written is out. The id is forgotten at once: no call about it may follow.
struct StreamClose {
  StreamId stream;
};

using StreamAction = std::variant<StreamOpen, StreamWrite, StreamClose>;

/// Owned by the caller, filled by the node, drained and cleared by the caller, and used again: in
/// the steady state it allocates nothing. Order within each list is the order to act in.
struct Output {
  Buffer arena;
  std::vector<Datagram> datagrams;
  std::vector<StreamAction> streams;
  std::vector<Event> events;

  [[nodiscard]] Bytes bytes(const Datagram& datagram) const noexcept {
    return Bytes(arena).subspan(datagram.offset, datagram.size);
  }
  [[nodiscard]] bool empty() const noexcept { return datagrams.empty() && streams.empty() && events.empty(); }
  /// Bytes of memory kept for reuse. A burst may need much of it, once.
  [[nodiscard]] std::size_t held() const noexcept {
    return arena.capacity() + datagrams.capacity() * sizeof(Datagram) +
           streams.capacity() * sizeof(StreamAction) + events.capacity() * sizeof(Event);
  }
  void clear() noexcept {
    arena.clear();
    datagrams.clear();
    streams.clear();
    events.clear();
  }
};

}  // namespace hearsay::swim
