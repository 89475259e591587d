// Real nodes, virtual time, a made-up network: cluster tests without sockets or sleeping.
//
//   Cluster cluster(3);
//   cluster.join_all();
//   CHECK(cluster.settles_within(5s, [&] { return cluster.all_see(3, MemberStatus::alive); }));
//   cluster.crash(1);
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <variant>
#include <vector>

#include "sim/network.h"
#include "swim/node.h"

namespace hearsay::sim {

class Cluster {
 public:
  using Tune = std::function<void(NodeIndex, swim::Config&)>;

  /// Starts `size` nodes named n0, n1, ... at 10.0.x.y:7946. The same seed gives the same run.
  explicit Cluster(std::size_t size, Tune tune = {}, std::uint64_t seed = 1);
  Cluster(const Cluster&) = delete;  // what is on its way holds pointers to it
  Cluster& operator=(const Cluster&) = delete;

  // ---- time ----------------------------------------------------------------------------------
  [[nodiscard]] swim::Instant now() const { return now_; }
  void run_for(swim::Duration duration);
  /// Runs until `holds` does; false if it does not within `limit`. Checked after every step.
  bool settles_within(swim::Duration limit, const std::function<bool()>& holds);

  /// Has it happen then, between two calls into nodes.
  void later(swim::Duration delay, std::function<void()> happen);

  // ---- verbs ---------------------------------------------------------------------------------
  swim::Node& node(NodeIndex i) { return *hosts_[i].node; }
  [[nodiscard]] std::size_t size() const { return hosts_.size(); }
  [[nodiscard]] static std::string name(NodeIndex i) { return "n" + std::to_string(i); }
  [[nodiscard]] static swim::Endpoint address(NodeIndex i);

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
  void crash(NodeIndex i) { hosts_[i].up = false; }
  /// A new process under the same name and address.
  void restart(NodeIndex i);
  /// The process is stopped: what comes in waits, timers do not run.
  void pause(NodeIndex i) { hosts_[i].paused = true; }
  void resume(NodeIndex i);

  /// Hands a node one datagram, as if from that endpoint.
  void inject(NodeIndex to, const swim::Endpoint& from, swim::Bytes datagram);

  // ---- what they see ---------------------------------------------------------------------------
  [[nodiscard]] swim::MemberStatus status(NodeIndex viewer, NodeIndex member) const;
  [[nodiscard]] swim::Liveness liveness(NodeIndex viewer, NodeIndex member) const;
  /// Every node that is up sees `member` so.
  [[nodiscard]] bool all_see(NodeIndex member, swim::MemberStatus status) const;
  /// Every node that is up sees exactly `count` members alive.
  [[nodiscard]] bool all_see_alive(std::size_t count) const;
  [[nodiscard]] swim::Tags tags_of(NodeIndex viewer, NodeIndex member) const;

  /// Events of node i so far, notices left out.
  [[nodiscard]] const std::vector<swim::Event>& events(NodeIndex i) const { return hosts_[i].events; }
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
  Network network;

 private:
  struct Host {
    std::unique_ptr<swim::Node> node;
    std::uint64_t process = 0;  // counts restarts: what was meant for a process before is lost with it
    bool up = true;
    bool paused = false;
    std::vector<swim::Event> events;
    std::vector<std::function<void()>> waiting;  // arrivals while paused
    std::map<swim::StreamId, std::uint64_t> connection_of;
  };
  /// One process of a host, which a connection ends with.
  struct Process {
    NodeIndex host;
    std::uint64_t number;
  };
  /// A TCP connection; ends are (process, stream); no stream on an end that has closed.
  struct Connection {
    Process end[2];
    std::optional<swim::StreamId> stream[2];
  };
  struct Arrival {
    swim::Instant at;
    std::uint64_t order;
    std::function<void()> happen;
    friend bool operator>(const Arrival& a, const Arrival& b) {
      return std::tie(a.at, a.order) > std::tie(b.at, b.order);
    }
  };

  void boot(NodeIndex i);
  bool step(swim::Instant until);
  void drain(NodeIndex i);
  void send_datagrams(NodeIndex i);
  void act(NodeIndex i, swim::StreamAction& action);
  void dial(NodeIndex i, const swim::StreamOpen& open);
  void connect(const Process& from, swim::StreamId stream, NodeIndex to);
  void write(NodeIndex i, swim::StreamWrite& write);
  void close(NodeIndex i, swim::StreamId stream);
  void fail_stream(const Process& process, swim::StreamId stream, const char* reason, swim::Duration after);
  /// Runs `happen` on a host that is up, at once or when it is resumed, and drains it.
  void at_host(NodeIndex i, std::function<void()> happen);
  /// The same, unless the host has been restarted since.
  void at_process(const Process& process, std::function<void()> happen);
  [[nodiscard]] Process process_of(NodeIndex i) const { return {i, hosts_[i].process}; }
  /// Which end of the connection the stream of host i is.
  [[nodiscard]] static int end_of(const Connection& connection, NodeIndex i, swim::StreamId stream) {
    return connection.end[0].host == i && connection.stream[0] == stream ? 0 : 1;
  }
  [[nodiscard]] std::optional<NodeIndex> host_at(const swim::Endpoint& endpoint) const;

  Tune tune_;
  swim::Random random_;
  swim::Instant now_{};
  std::vector<Host> hosts_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t last_connection_ = 0;
  std::uint64_t order_ = 0;
  swim::CommandId last_command_ = 0;
  swim::Output out_;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
};

}  // namespace hearsay::sim
