// What the members said when they were asked to work on their keys.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::agent::rpc {

struct KeyReport {
  std::map<std::string, std::string> messages;  // by member: why it failed, or what its list lacks
  std::map<std::string, std::size_t> keys;      // base64 -> how many members have it; of a list only
  std::size_t nodes = 0;                        // members asked: all that are alive
  std::size_t failures = 0;                     // answers that say no, or nothing sensible
  std::size_t answers = 0;

  /// Takes one member's answer, the payload of its query response. Returns its message if it did what
  /// it was asked for and still has something to say, such as that its list of keys was cut.
  std::string_view take(std::string_view from, swim::Bytes payload);
  /// "1/3 nodes reported failure", or if answers are missing "2/3 nodes reported success"; empty: all
  /// did as asked.
  [[nodiscard]] std::string error() const;
};

}  // namespace hearsay::agent::rpc
