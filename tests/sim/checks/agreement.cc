#include "sim/checks/agreement.h"

namespace hearsay::sim {

using namespace swim;

namespace {

std::string sees(NodeIndex viewer, NodeIndex member, std::string_view as) {
  return Fleet::name(viewer) + " sees " + Fleet::name(member) + " " + std::string(as);
}

/// What is wrong with `row`, which a viewer holds of a member that is up.
std::optional<std::string> wrong_of_living(const Member& row, const Node& subject) {
  const Member& own = subject.members()[subject.self()];
  if (row.status != MemberStatus::alive) {
    return std::string(to_text(row.status));
  }
  if (row.liveness != Liveness::alive) {
    return "suspect";
  }
  if (row.incarnation != own.incarnation) {
    return "at incarnation " + std::to_string(row.incarnation) + ", which is at " +
           std::to_string(own.incarnation);
  }
  if (!equal(row.meta(), own.meta())) {
    return "with other tags than it has";
  }
  return row.at == own.at ? std::nullopt : std::optional<std::string>("at an address that is not its own");
}

std::optional<std::string> wrong_of_gone(const Member& row, bool may_have_left) {
  if (row.liveness == Liveness::alive || row.liveness == Liveness::suspect) {
    return "alive, which is down";
  }
  const bool gone = row.status == MemberStatus::failed || row.status == MemberStatus::none ||
                    (row.status == MemberStatus::left && may_have_left);
  return gone ? std::nullopt : std::optional(std::string(to_text(row.status)) + ", which is down");
}

}  // namespace

std::optional<std::string> disagreement(const Fleet& fleet, std::span<const NodeIndex> core) {
  for (const NodeIndex viewer : core) {
    const MemberTable& table = fleet.world().node(viewer).members();
    for (NodeIndex member = 0; member < fleet.size(); ++member) {
      const MemberId id = table.find(Fleet::name(member));
      const bool up = fleet.life(member) == Life::up;
      if (id == no_member) {
        if (up) {
          return Fleet::name(viewer) + " does not know " + Fleet::name(member);
        }
        continue;
      }
      const auto wrong = up ? wrong_of_living(table[id], fleet.world().node(member))
                            : wrong_of_gone(table[id], fleet.dismissed(member));
      if (wrong) {
        return sees(viewer, member, *wrong);
      }
    }
  }
  return std::nullopt;
}

}  // namespace hearsay::sim
