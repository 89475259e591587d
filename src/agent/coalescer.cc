#include "agent/coalescer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "swim/gossip/tags.h"

namespace hearsay::agent {
namespace {

using swim::MemberEventKind;

constexpr std::uint64_t fnv_basis = 0xcbf29ce484222325U;

std::uint64_t mix(std::uint64_t digest, swim::Bytes bytes) noexcept {  // FNV-1a
  for (const std::byte byte : bytes) {
    digest = (digest ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3U;
  }
  return digest;
}

/// Tags count whatever their order: a Serf agent writes the same ones in another order each time.
std::uint64_t digest_of(const swim::MemberRecord& member) noexcept {
  std::uint64_t digest = mix(fnv_basis, member.at.ip.bytes());
  digest = mix(digest, std::as_bytes(std::span(&member.at.port, 1)));
  digest = mix(digest, member.versions.wire());
  swim::for_each_tag(member.meta(), [&digest](std::string_view key, std::string_view value) {
    digest += mix(mix(fnv_basis, swim::as_bytes(key)) + 1, swim::as_bytes(value));
  });
  return digest;
}

bool says_alive(MemberEventKind kind) noexcept {
  return kind == MemberEventKind::join || kind == MemberEventKind::update;
}

bool is_internal(const swim::QueryReceived& query) noexcept {
  return query.name.starts_with("_serf_");
}

}  // namespace

void CoalescingWindow::extend(swim::Instant now) noexcept {
  if (!open_) {
    open_ = true;
    opened_ = now;
  }
  last_ = now;
}

swim::Instant CoalescingWindow::end() const noexcept {
  return open_ ? std::min(last_ + quiet, opened_ + most) : swim::never;
}

void Coalescer::take(swim::Instant now, swim::Event event, std::vector<AgentEvent>& out) {
  if (auto* member = std::get_if<swim::MemberEvent>(&event)) {
    member_window_.extend(now);
    if (heard_ || members_.size() < unheard_members_max) {
      hold(std::move(*member));
    } else {
      unheard_kinds_[static_cast<std::size_t>(member->kind)] = true;
    }
  } else if (auto* user = std::get_if<swim::UserEventReceived>(&event)) {
    if (user->coalesce) {
      user_window_.extend(now);
      hold(std::move(*user));
    } else {
      out.emplace_back(std::move(*user));
    }
  } else if (auto* query = std::get_if<swim::QueryReceived>(&event);
             query != nullptr && !is_internal(*query)) {
    out.emplace_back(std::move(*query));
  }
}

void Coalescer::set_heard(bool heard) {
  if (heard_ != heard) {
    heard_ = heard;
    unheard_kinds_ = {};
    told_ = {};
  }
}

void Coalescer::tick(swim::Instant now, std::vector<AgentEvent>& out) {
  if (member_window_.end() <= now) {
    flush_members(out);
  }
  if (user_window_.end() <= now) {
    flush_user_events(out);
  }
}

swim::Instant Coalescer::next_deadline() const noexcept {
  return std::min(member_window_.end(), user_window_.end());
}

void Coalescer::flush(std::vector<AgentEvent>& out) {
  flush_members(out);
  flush_user_events(out);
}

void Coalescer::hold(swim::MemberEvent event) {
  const auto [place, is_new] = member_index_.try_emplace(std::string(event.member.name()), members_.size());
  if (is_new) {
    members_.push_back(std::move(event));
    return;
  }
  // One that joins and is updated within a window has joined, with what the update brought.
  swim::MemberEvent& held = members_[place->second];
  if (held.kind == MemberEventKind::join && event.kind == MemberEventKind::update) {
    event.kind = MemberEventKind::join;
  }
  held = std::move(event);
}

void Coalescer::hold(swim::UserEventReceived event) {
  const auto same_name = [&](const swim::UserEventReceived& held) { return held.name == event.name; };
  const auto held = std::ranges::find_if(user_events_, same_name);
  if (held != user_events_.end() && held->ltime > event.ltime) {
    return;
  }
  if (held != user_events_.end() && held->ltime < event.ltime) {
    std::erase_if(user_events_, same_name);
  }
  if (user_events_.size() == user_events_max) {
    user_events_.erase(user_events_.begin());
    ++user_events_dropped_;
  }
  user_events_.push_back(std::move(event));
}

/// Records what listeners are about to believe. False if they believe it already; a join of a member
/// that they take for alive becomes an update of what differs. Of a member they were never told of
/// nothing is known, so its event stands as it is.
bool Coalescer::changes_belief(swim::MemberEvent& event) {
  if (event.kind == MemberEventKind::reap) {
    told_.erase(std::string(event.member.name()));
    return true;
  }
  const std::uint64_t digest = digest_of(event.member);
  const auto [place, is_new] = told_.try_emplace(std::string(event.member.name()), Told{event.kind, digest});
  const Told before = std::exchange(place->second, Told{event.kind, digest});
  if (is_new || event.kind == MemberEventKind::update) {
    return true;
  }
  if (event.kind != MemberEventKind::join || !says_alive(before.kind)) {
    return before.kind != event.kind;
  }
  event.kind = MemberEventKind::update;
  return before.digest != digest;
}

void Coalescer::flush_members(std::vector<AgentEvent>& out) {
  std::array<std::vector<swim::MemberRecord>, kinds> groups;
  for (swim::MemberEvent& event : members_) {
    if (!heard_ || changes_belief(event)) {
      groups[static_cast<std::size_t>(event.kind)].push_back(std::move(event.member));
    }
  }
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    if (std::exchange(unheard_kinds_[kind], false) || !groups[kind].empty()) {
      out.emplace_back(MembersChanged{static_cast<MemberEventKind>(kind), std::move(groups[kind])});
    }
  }
  members_ = {};  // gives the memory of a burst back
  member_index_ = {};
  member_window_.close();
}

void Coalescer::flush_user_events(std::vector<AgentEvent>& out) {
  for (swim::UserEventReceived& event : user_events_) {
    out.emplace_back(std::move(event));
  }
  user_events_.clear();
  user_window_.close();
}

}  // namespace hearsay::agent
