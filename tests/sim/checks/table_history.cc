#include "sim/checks/table_history.h"

namespace hearsay::sim {

using namespace swim;

namespace {

std::string went_back(std::string_view what, std::string_view whose, std::uint64_t from, std::uint64_t to) {
  std::string text(what);
  text.append(" of ").append(whose).append(" went back from ");
  return text.append(std::to_string(from)).append(" to ").append(std::to_string(to));
}

}  // namespace

std::optional<std::string> TableHistory::compare(const Row& before, const Member& member) {
  // A name that moved starts a new life, and its incarnation starts anew too.
  const bool same_life = before.detected && member.detected() && before.at == member.at;
  if (same_life && member.incarnation < before.incarnation) {
    return went_back("incarnation", member.name(), before.incarnation, member.incarnation);
  }
  const bool listed = before.listed && member.status != MemberStatus::none;
  if (listed && member.status_ltime < before.status_ltime) {
    return went_back("status time", member.name(), before.status_ltime, member.status_ltime);
  }
  return std::nullopt;
}

std::optional<std::string> TableHistory::look(const MemberTable& table) {
  std::optional<std::string> wrong;
  rows_.resize(std::max<std::size_t>(rows_.size(), table.rows_end()));
  for (MemberId id = 0; id < rows_.size(); ++id) {
    Row& row = rows_[id];
    if (id >= table.rows_end() || !table.occupied(id)) {
      row.name.clear();
      continue;
    }
    const Member& member = table[id];
    if (row.name != member.name()) {
      row.name = member.name();  // another member, or none before
    } else if (auto back = compare(row, member)) {
      wrong = std::move(back);
    }
    row.at = member.at;
    row.status_ltime = member.status_ltime;
    row.incarnation = member.incarnation;
    row.detected = member.detected();
    row.listed = member.status != MemberStatus::none;
  }
  return wrong;
}

std::optional<std::string> ClockHistory::look(std::uint64_t member, std::uint64_t event,
                                              std::uint64_t query) {
  constexpr const char* names[] = {"member", "event", "query"};
  const std::uint64_t now[] = {member, event, query};
  std::optional<std::string> wrong;
  for (std::size_t i = 0; i < std::size(now); ++i) {
    if (now[i] < last_[i]) {
      wrong = went_back("Lamport clock", names[i], last_[i], now[i]);
    }
    last_[i] = now[i];
  }
  return wrong;
}

}  // namespace hearsay::sim
