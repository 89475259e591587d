// Real nodes, virtual time, a made-up network: cluster tests without sockets or sleeping.
//
//   Cluster cluster(3);
//   cluster.join_all();
//   CHECK(cluster.settles_within(5s, [&] { return cluster.all_see(3, MemberStatus::alive); }));
//   cluster.crash(1);
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/world/world.h"

namespace hearsay::sim {

class Cluster : private Watcher {
  World world_;  // before `network`, which is part of it

 public:
  using Tune = std::function<void(NodeIndex, swim::Config&)>;

  /// Starts `size` nodes named n0, n1, ... at 10.0.x.y:7946. The same seed gives the same run.
  explicit Cluster(std::size_t size, Tune tune = {}, std::uint64_t seed = 1);

  // ---- time ----------------------------------------------------------------------------------
  [[nodiscard]] swim::Instant now() const { return world_.now(); }
  void run_for(swim::Duration duration);
  /// Runs until `holds` does; false if it does not within `limit`. Checked after every step.
  bool settles_within(swim::Duration limit, const std::function<bool()>& holds);

  /// Has it happen then, between two calls into nodes.
  void later(swim::Duration delay, std::function<void()> happen) { world_.later(delay, std::move(happen)); }

  // ---- verbs ---------------------------------------------------------------------------------
  swim::Node& node(NodeIndex i) { return world_.node(i); }
  [[nodiscard]] std::size_t size() const { return world_.size(); }
  [[nodiscard]] static std::string name(NodeIndex i) { return "n" + std::to_string(i); }
  [[nodiscard]] static swim::Endpoint address(NodeIndex i) { return host_address(i); }

  swim::CommandId join(NodeIndex from, NodeIndex to, bool ignore_old_events = true);
  /// Every node joins node 0.
  void join_all();
  swim::CommandId leave(NodeIndex i);
  swim::CommandId set_tags(NodeIndex i, swim::Tags tags);
  swim::CommandId force_leave(NodeIndex i, const std::string& name, bool prune);
  bool send_event(NodeIndex i, const std::string& name, const std::string& payload, bool coalesce = false);

  tl::expected<void, swim::QueryRefused> query(NodeIndex i, const std::string& name,
                                               const std::string& payload, const swim::QueryOptions& options);
  tl::expected<void, swim::RespondRefused> respond(NodeIndex i, const swim::QueryKey& query,
                                                   const std::string& payload);
  tl::expected<void, swim::RespondRefused> answer_key_request(NodeIndex i, const swim::QueryKey& query,
                                                              swim::KeyOperation operation,
                                                              const std::string& error);

  /// The process is gone: nothing comes in or goes out any more.
  void crash(NodeIndex i) { world_.crash(i); }
  /// A new process under the same name and address.
  void restart(NodeIndex i) { boot(i); }
  /// The process is stopped: what comes in waits, timers do not run.
  void pause(NodeIndex i) { world_.pause(i); }
  void resume(NodeIndex i) { world_.resume(i); }

  /// Hands a node one datagram, as if from that endpoint.
  void inject(NodeIndex to, const swim::Endpoint& from, swim::Bytes datagram) {
    world_.inject(to, from, datagram);
  }

  // ---- what they see ---------------------------------------------------------------------------
  [[nodiscard]] swim::MemberStatus status(NodeIndex viewer, NodeIndex member) const;
  [[nodiscard]] swim::Liveness liveness(NodeIndex viewer, NodeIndex member) const;
  /// Every node that is up sees `member` so.
  [[nodiscard]] bool all_see(NodeIndex member, swim::MemberStatus status) const;
  /// Every node that is up sees exactly `count` members alive.
  [[nodiscard]] bool all_see_alive(std::size_t count) const;
  [[nodiscard]] swim::Tags tags_of(NodeIndex viewer, NodeIndex member) const;

  /// Events of node i so far, notices left out.
  [[nodiscard]] const std::vector<swim::Event>& events(NodeIndex i) const { return events_[i]; }
  [[nodiscard]] std::size_t count_member_events(NodeIndex i, swim::MemberEventKind kind,
                                                NodeIndex about) const;
  [[nodiscard]] std::size_t count_user_events(NodeIndex i, const std::string& name) const;
  [[nodiscard]] const swim::CommandDone* completion(NodeIndex i, swim::CommandId command) const;
  [[nodiscard]] const swim::JoinDone* join_result(NodeIndex i, swim::CommandId command) const;

  struct Sent {
    swim::Instant at;
    NodeIndex from;
    swim::Endpoint to;
    swim::Buffer bytes;
  };
  /// Called for every datagram that leaves a node.
  std::function<void(const Sent&)> on_datagram;
  /// Called for every notice that a node gives.
  std::function<void(NodeIndex, const swim::Notice&)> on_notice;
  Network& network = world_.network();

 private:
  void boot(NodeIndex i);
  void sent(NodeIndex from, const swim::Endpoint& to, swim::Bytes bytes) override;
  void told(NodeIndex i, swim::Event&& event) override;
  void stepped(NodeIndex i) override;

  Tune tune_;
  std::vector<std::vector<swim::Event>> events_;  // by host
  swim::CommandId last_command_ = 0;
};

}  // namespace hearsay::sim
