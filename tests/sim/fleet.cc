#include "sim/fleet.h"

#include <charconv>
#include <utility>

namespace hearsay::sim {

using namespace swim;

namespace {

constexpr Duration first_retry = std::chrono::seconds(5);
constexpr std::uint32_t retry_spread_ms = 10'000;
/// Commands of the user's; what a leave ends with is known by this one.
constexpr CommandId leave_command = ~CommandId{0};

}  // namespace

Fleet::Fleet(World& world, std::size_t size, const std::function<Config(NodeIndex)>& config,
             std::uint64_t seed)
    : seeds_end(size), world_(world), random_(seed), members_(size) {
  world_.watch(this);
  for (NodeIndex i = 0; i < size; ++i) {
    world_.add_host();
    members_[i].config = config(i);
    members_[i].config.name = name(i);
  }
}

NodeIndex Fleet::by_name(std::string_view name) const {
  NodeIndex i = members_.size();
  if (name.starts_with('n')) {
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), i);
    if (error != std::errc{} || end != name.data() + name.size()) {
      return members_.size();
    }
  }
  return std::min(i, members_.size());
}

// ---- verbs -------------------------------------------------------------------------------------

void Fleet::change(NodeIndex i, Life life) {
  members_[i].life = life;
  members_[i].changed = world_.now();
}

void Fleet::start(NodeIndex i) {
  Member& member = members_[i];
  change(i, Life::up);
  Config config = member.config;
  for (std::byte& bits : config.nonce_bits) {
    bits = static_cast<std::byte>(random_.below(256));
  }
  world_.boot(i, std::move(config));
  member.joins_open = 0;
  join(i);
}

void Fleet::crash(NodeIndex i) {
  change(i, Life::down);
  world_.crash(i);
}

void Fleet::power_off(NodeIndex i) {
  change(i, Life::down);
  world_.power_off(i);
}

/// Islands of members that know nothing of each other are nobody's to unite but theirs who started them.
void Fleet::join_the_parted() {
  for (NodeIndex i = 0; i < members_.size(); ++i) {
    if (members_[i].life == Life::up && members_[i].joined_a_part && !world_.paused(i)) {
      join(i);
    }
  }
}

void Fleet::leave(NodeIndex i) {
  if (members_[i].life != Life::up || world_.paused(i)) {
    return;
  }
  change(i, Life::leaving);
  members_[i].dismissed = true;
  world_.call(i, [](Node& node, Instant now, Output& out) { node.leave(now, leave_command, out); });
}

void Fleet::pause(NodeIndex i) {
  world_.pause(i);
}

void Fleet::resume(NodeIndex i) {
  world_.resume(i);
}

void Fleet::set_tags(NodeIndex i, Tags tags) {
  members_[i].config.tags = tags;
  world_.call(i, [&](Node& node, Instant now, Output& out) {
    return node.set_tags(now, ++last_command_, std::move(tags), out).has_value();
  });
}

bool Fleet::send_event(NodeIndex i, const std::string& name) {
  return world_.call(i, [&](Node& node, Instant now, Output& out) {
    return node.send_event(now, name, as_bytes(name), false, out).has_value();
  });
}

bool Fleet::query(NodeIndex i, const std::string& name) {
  return world_.call(i, [&](Node& node, Instant now, Output& out) {
    QueryOptions options;
    options.want_acks = true;
    return node.query(now, ++last_command_, name, as_bytes(name), options, out).has_value();
  });
}

void Fleet::force_leave(NodeIndex i, NodeIndex whom, bool prune) {
  members_[whom].dismissed = true;
  world_.call(i, [&](Node& node, Instant now, Output& out) {
    node.force_leave(now, ++last_command_, name(whom), prune, out);
  });
}

// ---- what agents do by themselves --------------------------------------------------------------

void Fleet::join(NodeIndex i) {
  std::vector<NodeIndex> others;
  for (NodeIndex other = 0; other < seeds_end; ++other) {
    if (other != i) {
      others.push_back(other);
    }
  }
  random_.shuffle(std::span(others));
  std::vector<Seed> seeds;
  for (const NodeIndex other : std::span(others).first(std::min(others.size(), seeds_a_join))) {
    seeds.push_back({host_address(other)});
  }
  members_[i].joined = false;
  members_[i].joined_a_part = !world_.network().whole();
  if (!seeds.empty()) {
    ++members_[i].joins_open;
    world_.call(
        i, [&](Node& node, Instant now, Output& out) { node.join(now, ++last_command_, seeds, true, out); });
  }
}

void Fleet::joined(NodeIndex i, const JoinDone& done) {
  --members_[i].joins_open;
  if (done.contacted > 0) {
    members_[i].joined = true;
    members_[i].joined_a_part |= !world_.network().whole() || !done.failures.empty();
    return;
  }
  const auto spread = std::chrono::milliseconds(random_.below(retry_spread_ms));
  later_in_process(i, first_retry + spread, [this, i] { join(i); });
}

void Fleet::later_in_process(NodeIndex i, Duration delay, std::function<void()> happen) {
  world_.later(delay, [this, i, process = world_.process(i), happen = std::move(happen)] {
    if (world_.up(i) && world_.process(i) == process && members_[i].life == Life::up) {
      happen();
    }
  });
}

void Fleet::told(NodeIndex i, Event&& event) {
  if (const auto* const join = std::get_if<JoinDone>(&event)) {
    joined(i, *join);
  }
  const auto* const done = std::get_if<CommandDone>(&event);
  if (done != nullptr && done->command == leave_command) {
    world_.later(Duration::zero(), [this, i, process = world_.process(i)] {
      if (world_.up(i) && world_.process(i) == process) {
        change(i, Life::left);
        world_.crash(i);
      }
    });
  }
  if (const auto* const query = std::get_if<QueryReceived>(&event)) {
    later_in_process(i, Duration::zero(), [this, i, key = QueryKey{query->ltime, query->id}] {
      world_.call(i, [&](Node& node, Instant now, Output& out) {
        return node.respond(now, key, as_bytes("yes"), out).has_value();
      });
    });
  }
  if (watcher_ != nullptr) {
    watcher_->told(i, std::move(event));
  }
}

void Fleet::sent(NodeIndex from, const Endpoint& to, Bytes bytes) {
  if (watcher_ != nullptr) {
    watcher_->sent(from, to, bytes);
  }
}

void Fleet::stepped(NodeIndex i) {
  if (watcher_ != nullptr) {
    watcher_->stepped(i);
  }
}

}  // namespace hearsay::sim
