#include "sim/cluster.h"

#include <algorithm>
#include <utility>

namespace hearsay::sim {

using namespace swim;

Cluster::Cluster(std::size_t size, Tune tune, std::uint64_t seed) : tune_(std::move(tune)), random_(seed) {
  hosts_.resize(size);
  for (NodeIndex i = 0; i < size; ++i) {
    boot(i);
  }
}

Endpoint Cluster::address(NodeIndex i) {
  return {IpAddress::v4(10, 0, static_cast<std::uint8_t>(i / 250), static_cast<std::uint8_t>(i % 250 + 1)),
          7946};
}

std::optional<NodeIndex> Cluster::host_at(const Endpoint& endpoint) const {
  const auto& b = endpoint.ip.bytes();
  const NodeIndex i = std::to_integer<std::size_t>(b[14]) * 250 + std::to_integer<std::size_t>(b[15]) - 1;
  return i < hosts_.size() && address(i) == endpoint ? std::optional(i) : std::nullopt;
}

void Cluster::boot(NodeIndex i) {
  Config config;
  config.name = name(i);
  config.advertise = address(i);
  if (tune_) {
    tune_(i, config);
  }
  Host& host = hosts_[i];
  host.node = std::make_unique<Node>(std::move(config), random_.next(), now_);
  ++host.process;
  host.up = true;
  host.paused = false;
  host.waiting.clear();
  host.connection_of.clear();
  host.node->start(now_, out_);
  drain(i);
}

void Cluster::restart(NodeIndex i) {
  boot(i);
}

// ---- time ------------------------------------------------------------------------------------

void Cluster::later(Duration delay, std::function<void()> happen) {
  arrivals_.push({now_ + delay, ++order_, std::move(happen)});
}

void Cluster::at_host(NodeIndex i, std::function<void()> happen) {
  Host& host = hosts_[i];
  if (!host.up) {
    return;
  }
  if (host.paused) {
    host.waiting.push_back(std::move(happen));
    return;
  }
  happen();
  drain(i);
}

void Cluster::at_process(const Process& process, std::function<void()> happen) {
  at_host(process.host, [this, process, happen = std::move(happen)] {
    if (hosts_[process.host].process == process.number) {
      happen();
    }
  });
}

void Cluster::resume(NodeIndex i) {
  Host& host = hosts_[i];
  host.paused = false;
  for (auto& happen : std::exchange(host.waiting, {})) {
    at_host(i, std::move(happen));
  }
}

/// Everything that happens at the next moment anything happens, if that is not after `until`.
bool Cluster::step(Instant until) {
  Instant next = arrivals_.empty() ? never : arrivals_.top().at;
  for (const Host& host : hosts_) {
    if (host.up && !host.paused) {
      next = std::min(next, host.node->next_deadline());
    }
  }
  if (next > until) {
    now_ = until;
    return false;
  }
  now_ = std::max(now_, next);
  while (!arrivals_.empty() && arrivals_.top().at <= now_) {
    const auto happen = arrivals_.top().happen;
    arrivals_.pop();
    happen();
  }
  for (NodeIndex i = 0; i < hosts_.size(); ++i) {
    Host& host = hosts_[i];
    if (host.up && !host.paused && host.node->next_deadline() <= now_) {
      host.node->tick(now_, out_);
      drain(i);
    }
  }
  return true;
}

bool Cluster::settles_within(Duration limit, const std::function<bool()>& holds) {
  const Instant end = now_ + limit;
  while (!holds()) {
    if (!step(end)) {
      return holds();
    }
  }
  return true;
}

void Cluster::run_for(Duration duration) {
  settles_within(duration, [] { return false; });
}

// ---- what nodes want done ----------------------------------------------------------------------

void Cluster::drain(NodeIndex i) {
  send_datagrams(i);
  for (auto& event : std::exchange(out_.events, {})) {
    if (!std::holds_alternative<Notice>(event)) {
      hosts_[i].events.push_back(std::move(event));
    }
  }
  auto actions = std::exchange(out_.streams, {});
  out_.clear();
  for (auto& action : actions) {
    act(i, action);
  }
  hosts_[i].node->check_invariants();
}

void Cluster::send_datagrams(NodeIndex i) {
  for (const Datagram& datagram : out_.datagrams) {
    const Bytes bytes = out_.bytes(datagram);
    const Sent sent{now_, i, datagram.to, Buffer(bytes.begin(), bytes.end())};
    if (on_datagram) {
      on_datagram(sent);
    }
    const auto to = host_at(datagram.to);
    if (!to || network.loses_datagram(i, *to, random_)) {
      continue;
    }
    later(network.latency, [this, to = *to, sent] {
      at_host(to, [this, to, sent] { node(to).receive(now_, address(sent.from), sent.bytes, out_); });
    });
  }
}

void Cluster::inject(NodeIndex to, const Endpoint& from, Bytes datagram) {
  at_host(to, [&] { node(to).receive(now_, from, datagram, out_); });
}

void Cluster::act(NodeIndex i, StreamAction& action) {
  if (auto* open = std::get_if<StreamOpen>(&action)) {
    dial(i, *open);
  } else if (auto* bytes = std::get_if<StreamWrite>(&action)) {
    write(i, *bytes);
  } else {
    close(i, std::get<StreamClose>(action).stream);
  }
}

void Cluster::fail_stream(const Process& process, StreamId stream, const char* reason, Duration after) {
  later(after, [=, this] {
    at_process(process, [=, this] { node(process.host).stream_closed(now_, stream, reason, out_); });
  });
}

void Cluster::dial(NodeIndex i, const StreamOpen& open) {
  const auto to = host_at(open.to);
  if (!to || network.tcp_cut.contains({i, *to})) {
    return;  // nobody answers: the node's own deadline ends it
  }
  const Process from = process_of(i);
  if (!hosts_[*to].up) {
    return fail_stream(from, open.stream, "connection refused", 2 * network.latency);
  }
  later(network.latency, [this, from, stream = open.stream, to = *to] { connect(from, stream, to); });
}

void Cluster::connect(const Process& from, StreamId stream, NodeIndex to) {
  const std::uint64_t id = ++last_connection_;
  at_host(to, [=, this] {
    const auto accepted = node(to).stream_accepted(now_, address(from.host), out_);
    if (!accepted) {
      return fail_stream(from, stream, "connection reset by peer", network.latency);
    }
    connections_[id] = {.end = {from, process_of(to)}, .stream = {stream, accepted}};
    hosts_[to].connection_of[*accepted] = id;
    later(network.latency, [=, this] {
      at_process(from, [=, this] {
        hosts_[from.host].connection_of[stream] = id;
        node(from.host).stream_connected(now_, stream, out_);
      });
    });
  });
}

void Cluster::write(NodeIndex i, StreamWrite& write) {
  const auto found = hosts_[i].connection_of.find(write.stream);
  if (found == hosts_[i].connection_of.end()) {
    return;
  }
  const std::uint64_t id = found->second;
  const Connection& connection = connections_.at(id);
  const int other = 1 - end_of(connection, i, write.stream);
  const Process to = connection.end[other];
  later(network.latency, [this, id, other, to, bytes = std::move(write.bytes)] {
    at_process(to, [this, id, other, to, bytes] {
      const auto at = connections_.find(id);
      if (at != connections_.end() && at->second.stream[other]) {
        node(to.host).stream_received(now_, *at->second.stream[other], bytes, out_);
      }
    });
  });
}

void Cluster::close(NodeIndex i, StreamId stream) {
  const auto found = hosts_[i].connection_of.find(stream);
  if (found == hosts_[i].connection_of.end()) {
    return;
  }
  const std::uint64_t id = found->second;
  hosts_[i].connection_of.erase(found);
  Connection& connection = connections_.at(id);
  const int end = end_of(connection, i, stream);
  connection.stream[end].reset();
  const Process to = connection.end[1 - end];
  later(network.latency, [this, id, end, to] {
    at_process(to, [this, id, end, to] {
      const auto at = connections_.find(id);
      if (at == connections_.end()) {
        return;
      }
      const auto peer = std::exchange(at->second.stream[1 - end], std::nullopt);
      connections_.erase(at);
      if (peer) {
        hosts_[to.host].connection_of.erase(*peer);
        node(to.host).stream_closed(now_, *peer, "EOF", out_);
      }
    });
  });
}

// ---- verbs -------------------------------------------------------------------------------------

CommandId Cluster::join(NodeIndex from, NodeIndex to, bool ignore_old_events) {
  const Seed seed{address(to)};
  node(from).join(now_, ++last_command_, {&seed, 1}, ignore_old_events, out_);
  drain(from);
  return last_command_;
}

void Cluster::join_all() {
  for (NodeIndex i = 1; i < size(); ++i) {
    join(i, 0);
  }
}

CommandId Cluster::leave(NodeIndex i) {
  node(i).leave(now_, ++last_command_, out_);
  drain(i);
  return last_command_;
}

CommandId Cluster::set_tags(NodeIndex i, Tags tags) {
  (void)node(i).set_tags(now_, ++last_command_, std::move(tags), out_);
  drain(i);
  return last_command_;
}

CommandId Cluster::force_leave(NodeIndex i, const std::string& name, bool prune) {
  node(i).force_leave(now_, ++last_command_, name, prune, out_);
  drain(i);
  return last_command_;
}

bool Cluster::send_event(NodeIndex i, const std::string& name, const std::string& payload, bool coalesce) {
  const bool sent = node(i).send_event(now_, name, as_bytes(payload), coalesce, out_).has_value();
  drain(i);
  return sent;
}

tl::expected<void, QueryRefused> Cluster::query(NodeIndex i, const std::string& name,
                                                const std::string& payload, const QueryOptions& options) {
  const auto result = node(i).query(now_, ++last_command_, name, as_bytes(payload), options, out_);
  drain(i);
  return result;
}

tl::expected<void, RespondRefused> Cluster::respond(NodeIndex i, const QueryKey& query,
                                                    const std::string& payload) {
  const auto result = node(i).respond(now_, query, as_bytes(payload), out_);
  drain(i);
  return result;
}

tl::expected<void, RespondRefused> Cluster::answer_key_request(NodeIndex i, const QueryKey& query,
                                                               KeyOperation operation,
                                                               const std::string& error) {
  const auto result = node(i).answer_key_request(now_, query, operation, error, out_);
  drain(i);
  return result;
}

// ---- what they see -------------------------------------------------------------------------------

MemberStatus Cluster::status(NodeIndex viewer, NodeIndex member) const {
  const MemberTable& members = hosts_[viewer].node->members();
  const MemberId id = members.find(name(member));
  return id == no_member ? MemberStatus::none : members[id].status;
}

Liveness Cluster::liveness(NodeIndex viewer, NodeIndex member) const {
  const MemberTable& members = hosts_[viewer].node->members();
  const MemberId id = members.find(name(member));
  return id == no_member ? Liveness::unknown : members[id].liveness;
}

bool Cluster::all_see(NodeIndex member, MemberStatus wanted) const {
  for (NodeIndex i = 0; i < hosts_.size(); ++i) {
    if (hosts_[i].up && i != member && status(i, member) != wanted) {
      return false;
    }
  }
  return true;
}

bool Cluster::all_see_alive(std::size_t count) const {
  return std::ranges::all_of(hosts_, [count](const Host& host) {
    return !host.up || host.node->members().count(MemberStatus::alive) == count;
  });
}

Tags Cluster::tags_of(NodeIndex viewer, NodeIndex member) const {
  const MemberTable& members = hosts_[viewer].node->members();
  const MemberId id = members.find(name(member));
  return id == no_member ? Tags{} : decode_tags(members[id].meta());
}

std::size_t Cluster::count_member_events(NodeIndex i, MemberEventKind kind, NodeIndex about) const {
  return static_cast<std::size_t>(std::ranges::count_if(hosts_[i].events, [&](const Event& event) {
    const auto* member = std::get_if<MemberEvent>(&event);
    return member != nullptr && member->kind == kind && member->member.name == name(about);
  }));
}

std::size_t Cluster::count_user_events(NodeIndex i, const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::count_if(hosts_[i].events, [&](const Event& event) {
    const auto* user = std::get_if<UserEventReceived>(&event);
    return user != nullptr && user->name == name;
  }));
}

const CommandDone* Cluster::completion(NodeIndex i, CommandId command) const {
  for (const Event& event : hosts_[i].events) {
    const auto* done = std::get_if<CommandDone>(&event);
    if (done != nullptr && done->command == command) {
      return done;
    }
  }
  return nullptr;
}

const JoinDone* Cluster::join_result(NodeIndex i, CommandId command) const {
  for (const Event& event : hosts_[i].events) {
    const auto* done = std::get_if<JoinDone>(&event);
    if (done != nullptr && done->command == command) {
      return done;
    }
  }
  return nullptr;
}

}  // namespace hearsay::sim
