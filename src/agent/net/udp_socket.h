// The gossip socket: many datagrams a system call, and refusals that hurt nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <tl/expected.hpp>

#include "agent/fd.h"
#include "agent/loop/loop.h"
#include "swim/output.h"

namespace hearsay::agent::net {

struct UdpCounters {
  std::uint64_t dropped_full = 0;       // our own send buffer had no room
  std::uint64_t dropped_oversized = 0;  // received two large ones in one batch, see UdpSocket
  std::uint64_t send_errors = 0;        // the kernel refused the datagram itself
  std::uint64_t overflowed = 0;         // came in faster than they were read: the kernel dropped them
  std::uint64_t refusals = 0;           // ICMP errors that came back for what we sent

  /// Calls visit(std::string_view name, std::uint64_t value) for each.
  template <class Visit>
  void for_each(Visit&& visit) const {
    visit("datagrams_dropped_full", dropped_full);
    visit("datagrams_dropped_oversized", dropped_oversized);
    visit("datagrams_send_errors", send_errors);
    visit("datagrams_overflowed", overflowed);
    visit("datagrams_refused", refusals);
  }
};

/// A datagram of up to 2 KiB has a place of its own in a batch; larger ones, which no Serf agent
/// sends by default, share one overflow area, so of several in one batch only the last survives.
class UdpSocket {
 public:
  /// The view is good during the call only.
  using OnDatagram = std::function<void(const swim::Endpoint& from, swim::Bytes datagram)>;
  /// After each batch: the time to send what the datagrams gave rise to, in batches too.
  using OnBatchEnd = std::function<void()>;

  /// The host there said that nobody listens (ICMP port unreachable), and quoted this of what was sent to it.
  /// Called from send() too; the view is good during the call only. OnBatchEnd follows, unless from send().
  using OnRefused = std::function<void(const swim::Endpoint& by, swim::Bytes quoted)>;

  /// [::] takes and reaches IPv4 peers too. `bound`: a socket that is bound there already, or none; what
  /// waits in it is received. The error is a code for loop::describe_error().
  static tl::expected<UdpSocket, int> open(
      loop::Loop& loop, const swim::Endpoint& at, OnDatagram on_datagram, OnBatchEnd on_batch_end = [] {},
      OnRefused on_refused = [](const swim::Endpoint&, swim::Bytes) {}, Fd bound = {});

  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  /// Sends every datagram of `out`. What cannot be sent now is dropped and counted.
  void send(const swim::Output& out);

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// To hand to others; still the socket's.
  [[nodiscard]] int descriptor() const noexcept;
  /// Asks the kernel for its part.
  [[nodiscard]] UdpCounters counters() const noexcept;

 private:
  struct State;
  explicit UdpSocket(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace hearsay::agent::net
