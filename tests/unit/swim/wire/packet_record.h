// What a datagram gave, in order: "ping:<hex of the body>" for messages, "!bad_crc" for errors.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "hex.h"
#include "swim/wire/packet.h"

namespace hearsay::tests {

class PacketRecord final : public swim::wire::PacketHandler {
 public:
  void on_message(swim::wire::MessageType type, swim::Bytes body) override {
    seen.push_back(std::to_string(static_cast<int>(type)) + ":" + hex(body));
  }
  void on_packet_error(swim::wire::PacketError error) override {
    static constexpr std::array names{"empty",        "bad_label", "label_mismatch",
                                      "not_sealed",   "bad_crc",   "bad_compress",
                                      "bad_compound", "too_deep",  "unknown_type"};
    seen.push_back(std::string("!") + names.at(static_cast<std::size_t>(error)));
  }

  std::vector<std::string> seen;
};

using Seen = std::vector<std::string>;

inline Seen opened(swim::Bytes datagram, const swim::wire::Layers& layers = {}) {
  PacketRecord record;
  swim::wire::PacketOpener opener;
  opener.open(datagram, layers, record);
  return record.seen;
}

}  // namespace hearsay::tests
