#include "sim/cluster.h"

#include <algorithm>
#include <utility>

namespace hearsay::sim {

using namespace swim;

Cluster::Cluster(std::size_t size, Tune tune, std::uint64_t seed)
    : world_(seed), tune_(std::move(tune)), events_(size) {
  world_.watch(this);
  for (NodeIndex i = 0; i < size; ++i) {
    world_.add_host();
  }
  for (NodeIndex i = 0; i < size; ++i) {
    boot(i);
  }
}

void Cluster::boot(NodeIndex i) {
  Config config;
  config.name = name(i);
  config.advertise = address(i);
  if (tune_) {
    tune_(i, config);
  }
  world_.boot(i, std::move(config));
}

bool Cluster::settles_within(Duration limit, const std::function<bool()>& holds) {
  const Instant end = now() + limit;
  world_.ask_deadlines();
  while (!holds()) {
    if (!world_.step(end)) {
      return holds();
    }
  }
  return true;
}

void Cluster::run_for(Duration duration) {
  settles_within(duration, [] { return false; });
}

void Cluster::sent(NodeIndex from, const Endpoint& to, Bytes bytes) {
  if (on_datagram) {
    on_datagram({now(), from, to, Buffer(bytes.begin(), bytes.end())});
  }
}

void Cluster::told(NodeIndex i, Event&& event) {
  if (const auto* notice = std::get_if<Notice>(&event)) {
    if (on_notice) {
      on_notice(i, *notice);
    }
    return;
  }
  events_[i].push_back(std::move(event));
}

void Cluster::stepped(NodeIndex i) {
  world_.node(i).check_invariants();
}

// ---- verbs -------------------------------------------------------------------------------------

CommandId Cluster::join(NodeIndex from, NodeIndex to, bool ignore_old_events) {
  const Seed seed{address(to)};
  world_.call(from, [&](Node& at, Instant now, Output& out) {
    at.join(now, ++last_command_, {&seed, 1}, ignore_old_events, out);
  });
  return last_command_;
}

void Cluster::join_all() {
  for (NodeIndex i = 1; i < size(); ++i) {
    join(i, 0);
  }
}

CommandId Cluster::leave(NodeIndex i) {
  world_.call(i, [&](Node& at, Instant now, Output& out) { at.leave(now, ++last_command_, out); });
  return last_command_;
}

CommandId Cluster::set_tags(NodeIndex i, Tags tags) {
  (void)world_.call(i, [&](Node& at, Instant now, Output& out) {
    return at.set_tags(now, ++last_command_, std::move(tags), out);
  });
  return last_command_;
}

CommandId Cluster::force_leave(NodeIndex i, const std::string& name, bool prune) {
  world_.call(
      i, [&](Node& at, Instant now, Output& out) { at.force_leave(now, ++last_command_, name, prune, out); });
  return last_command_;
}

bool Cluster::send_event(NodeIndex i, const std::string& name, const std::string& payload, bool coalesce) {
  return world_.call(i, [&](Node& at, Instant now, Output& out) {
    return at.send_event(now, name, as_bytes(payload), coalesce, out).has_value();
  });
}

tl::expected<void, QueryRefused> Cluster::query(NodeIndex i, const std::string& name,
                                                const std::string& payload, const QueryOptions& options) {
  return world_.call(i, [&](Node& at, Instant now, Output& out) {
    return at.query(now, ++last_command_, name, as_bytes(payload), options, out);
  });
}

tl::expected<void, RespondRefused> Cluster::respond(NodeIndex i, const QueryKey& query,
                                                    const std::string& payload) {
  return world_.call(
      i, [&](Node& at, Instant now, Output& out) { return at.respond(now, query, as_bytes(payload), out); });
}

tl::expected<void, RespondRefused> Cluster::answer_key_request(NodeIndex i, const QueryKey& query,
                                                               KeyOperation operation,
                                                               const std::string& error) {
  return world_.call(i, [&](Node& at, Instant now, Output& out) {
    return at.answer_key_request(now, query, operation, error, out);
  });
}

// ---- what they see -------------------------------------------------------------------------------

MemberStatus Cluster::status(NodeIndex viewer, NodeIndex member) const {
  const MemberTable& members = world_.node(viewer).members();
  const MemberId id = members.find(name(member));
  return id == no_member ? MemberStatus::none : members[id].status;
}

Liveness Cluster::liveness(NodeIndex viewer, NodeIndex member) const {
  const MemberTable& members = world_.node(viewer).members();
  const MemberId id = members.find(name(member));
  return id == no_member ? Liveness::unknown : members[id].liveness;
}

bool Cluster::all_see(NodeIndex member, MemberStatus wanted) const {
  for (NodeIndex i = 0; i < size(); ++i) {
    if (world_.up(i) && i != member && status(i, member) != wanted) {
      return false;
    }
  }
  return true;
}

bool Cluster::all_see_alive(std::size_t count) const {
  for (NodeIndex i = 0; i < size(); ++i) {
    if (world_.up(i) && world_.node(i).members().count(MemberStatus::alive) != count) {
      return false;
    }
  }
  return true;
}

Tags Cluster::tags_of(NodeIndex viewer, NodeIndex member) const {
  const MemberTable& members = world_.node(viewer).members();
  const MemberId id = members.find(name(member));
  return id == no_member ? Tags{} : decode_tags(members[id].meta());
}

std::size_t Cluster::count_member_events(NodeIndex i, MemberEventKind kind, NodeIndex about) const {
  return static_cast<std::size_t>(std::ranges::count_if(events_[i], [&](const Event& event) {
    const auto* member = std::get_if<MemberEvent>(&event);
    return member != nullptr && member->kind == kind && member->member.name() == name(about);
  }));
}

std::size_t Cluster::count_user_events(NodeIndex i, const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::count_if(events_[i], [&](const Event& event) {
    const auto* user = std::get_if<UserEventReceived>(&event);
    return user != nullptr && user->name == name;
  }));
}

const CommandDone* Cluster::completion(NodeIndex i, CommandId command) const {
  for (const Event& event : events_[i]) {
    const auto* done = std::get_if<CommandDone>(&event);
    if (done != nullptr && done->command == command) {
      return done;
    }
  }
  return nullptr;
}

const JoinDone* Cluster::join_result(NodeIndex i, CommandId command) const {
  for (const Event& event : events_[i]) {
    const auto* done = std::get_if<JoinDone>(&event);
    if (done != nullptr && done->command == command) {
      return done;
    }
  }
  return nullptr;
}

}  // namespace hearsay::sim
