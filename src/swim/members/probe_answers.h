// What all users of pings share: this node's probe, those made for others, and those by which it looks
// for a name at an address.
#pragma once

#include "swim/core.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

/// The running probe was answered.
void on_probe_ack(Step& step, const wire::Ack& ack);

/// Asks others for the running probe, and its target over TCP, if that was not done yet.
void go_indirect(Step& step);

/// What was just sent.
[[nodiscard]] inline Bytes last_datagram(const Output& out) noexcept {
  return out.bytes(out.datagrams.back());
}

/// A ping that only the member `node` answers. The views look into `node` and this node's row.
[[nodiscard]] inline wire::Ping ping_for(const Core& core, std::string_view node,
                                         std::uint32_t seq_no) noexcept {
  const Member& own = core.own();
  return {.seq_no = seq_no,
          .node = node,
          .source_addr = own.at.ip.wire(),
          .source_port = own.at.port,
          .source_node = own.name()};
}

}  // namespace hearsay::swim
