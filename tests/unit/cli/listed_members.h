// Members to show, made up.
#pragma once

#include <vector>

#include "cli/listed_member.h"

namespace hearsay::cli::testing {

/// `addr`: 4 or 16 bytes.
inline ListedMember listed(std::string_view name, std::string_view addr, std::string_view status = "alive",
                           agent::rpc::TextPairs tags = {}, std::optional<double> rtt_s = std::nullopt) {
  ListedMember out;
  out.row.name = name;
  out.row.addr = swim::as_bytes(addr);
  out.row.port = 7946;
  out.row.status = status;
  out.row.tags = std::move(tags);
  out.row.delegate_cur = 4;
  out.rtt_s = rtt_s;
  return out;
}

inline std::vector<std::string_view> names_of(const std::vector<ListedMember>& members) {
  std::vector<std::string_view> out;
  for (const ListedMember& member : members) {
    out.push_back(member.row.name);
  }
  return out;
}

}  // namespace hearsay::cli::testing
