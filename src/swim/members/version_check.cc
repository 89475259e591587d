#include "swim/members/version_check.h"

#include <algorithm>

namespace hearsay::swim {

namespace {

struct Range {
  std::uint8_t min = 0;
  std::uint8_t max = 255;

  void narrow(std::uint8_t other_min, std::uint8_t other_max) {
    min = std::max(min, other_min);
    max = std::min(max, other_max);
  }
  [[nodiscard]] bool includes(std::uint8_t version) const { return min <= version && version <= max; }
};

struct Common {
  Range protocol;
  Range delegate;

  void narrow(const Versions& versions) {
    protocol.narrow(versions.protocol_min, versions.protocol_max);
    delegate.narrow(versions.delegate_min, versions.delegate_max);
  }
};

std::string incompatible(std::string_view name, const char* what, std::uint8_t version, Range range) {
  return "Node '" + std::string(name) + "' " + what + " version (" + std::to_string(version) +
         ") is incompatible: [" + std::to_string(range.min) + ", " + std::to_string(range.max) + "]";
}

tl::expected<void, std::string> check(const Common& common, std::string_view name, const Versions& versions) {
  if (!common.protocol.includes(versions.protocol_cur)) {
    return tl::unexpected(incompatible(name, "protocol", versions.protocol_cur, common.protocol));
  }
  if (!common.delegate.includes(versions.delegate_cur)) {
    return tl::unexpected(incompatible(name, "delegate protocol", versions.delegate_cur, common.delegate));
  }
  return {};
}

/// A state without versions speaks version 0, which nobody understands.
Versions claimed(const wire::PushNodeState& state) {
  if (state.vsn.size() != sizeof(Versions)) {
    return {.protocol_min = 0,
            .protocol_max = 0,
            .protocol_cur = 0,
            .delegate_min = 0,
            .delegate_max = 0,
            .delegate_cur = 0};
  }
  Versions versions;
  std::memcpy(&versions, state.vsn.data(), sizeof versions);
  return versions;
}

}  // namespace

tl::expected<void, std::string> check_versions(const Core& core,
                                               const std::vector<wire::PushNodeState>& remote) {
  Common common;
  for (const wire::PushNodeState& state : remote) {
    if (state.state == static_cast<std::int64_t>(wire::NodeState::alive) && !state.vsn.empty()) {
      common.narrow(claimed(state));
    }
  }
  core.members.for_each([&](MemberId, const Member& member) {
    if (member.liveness == Liveness::alive) {
      common.narrow(member.versions);
    }
  });
  for (const wire::PushNodeState& state : remote) {
    if (auto fine = check(common, state.name, claimed(state)); !fine) {
      return fine;
    }
  }
  tl::expected<void, std::string> all_fine;
  core.members.for_each([&](MemberId, const Member& member) {
    if (all_fine && member.detected()) {
      all_fine = check(common, member.name(), member.versions);
    }
  });
  return all_fine;
}

}  // namespace hearsay::swim
