// What may never go back in a node's table, whatever the network does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "swim/members/member_table.h"

namespace hearsay::sim {

/// Remembers a table as it was at the last look. Of every member that the detector has held since, the
/// incarnation has not gone back; of every member that is listed since, neither has the Lamport time of
/// its status.
class TableHistory {
 public:
  /// What went back since the last look, if anything did.
  std::optional<std::string> look(const swim::MemberTable& table);

 private:
  struct Row {
    std::string name;  // empty: the row was free
    swim::Endpoint at;
    std::uint64_t status_ltime = 0;
    std::uint32_t incarnation = 0;
    bool detected = false;
    bool listed = false;
  };
  static std::optional<std::string> compare(const Row& before, const swim::Member& member);
  std::vector<Row> rows_;
};

/// The same for a process's three Lamport clocks.
class ClockHistory {
 public:
  std::optional<std::string> look(std::uint64_t member, std::uint64_t event, std::uint64_t query);

 private:
  std::uint64_t last_[3] = {0, 0, 0};
};

}  // namespace hearsay::sim
