// The engine room: real nodes on hosts, virtual time, and a network that may do them harm.
//
// A run is a function of its seed: the same seed gives the same digest, on every compiler. Time jumps to
// whatever happens next, so a quiet hour costs only what the nodes do in it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <type_traits>
#include <vector>

#include "sim/world/address.h"
#include "sim/world/deadlines.h"
#include "sim/world/engine.h"
#include "sim/world/pool.h"
#include "sim/world/streams.h"
#include "sim/world/threads.h"
#include "swim/node.h"

namespace hearsay::sim {

/// Looks on. It must not call into the world from here, save for World::later.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// A datagram left a node; the bytes are gone after the call.
  virtual void sent(NodeIndex from, const swim::Endpoint& to, swim::Bytes bytes);
  /// A node told its host.
  virtual void told(NodeIndex i, swim::Event&& event);
  /// A call into a node has ended, and everything it wanted was done.
  virtual void stepped(NodeIndex i);
};

/// What a paused process does not do.
enum class Pause : std::uint8_t {
  stopped,  // anything: as after SIGSTOP
  /// It runs on until it has something to send or to read, and waits there. As of an agent with one thread:
  /// then all of it waits.
  blocked,
  /// The same of a program whose prober, gossip and timers are threads of their own, as memberlist's are:
  /// each runs on until it has something to send. Afterwards what is late comes before what is read.
  threads_blocked,
};

class World {
 public:
  explicit World(std::uint64_t seed);
  World(const World&) = delete;  // what is on its way holds pointers to it
  World& operator=(const World&) = delete;

  // ---- hosts -----------------------------------------------------------------------------------
  /// A host, with no process on it yet.
  NodeIndex add_host();
  /// A new process, after the old one if there was one. It advertises its host's address, unless told
  /// another.
  void boot(NodeIndex i, swim::Config config);
  /// The process is gone, and its kernel says so: to whom it had connections with, and to whoever sends it
  /// something.
  void crash(NodeIndex i) { end_process(i, false); }
  /// The host is gone: nobody says anything.
  void power_off(NodeIndex i) { end_process(i, true); }
  /// What comes in waits, as far as there is room, and what goes out waits too.
  void pause(NodeIndex i, Pause how = Pause::stopped);
  void resume(NodeIndex i);

  [[nodiscard]] std::size_t size() const noexcept { return hosts_.size(); }
  [[nodiscard]] bool up(NodeIndex i) const { return hosts_[i].up; }
  [[nodiscard]] bool paused(NodeIndex i) const { return hosts_[i].paused; }
  /// How many processes the host has had.
  [[nodiscard]] std::uint64_t process(NodeIndex i) const { return hosts_[i].process; }
  /// Of a host that is down: its last process, as it was.
  swim::Node& node(NodeIndex i) { return *hosts_[i].node; }
  [[nodiscard]] const swim::Node& node(NodeIndex i) const { return *hosts_[i].node; }

  // ---- time ------------------------------------------------------------------------------------
  [[nodiscard]] swim::Instant now() const noexcept { return engine_.now; }
  /// Everything that happens at the next moment when anything does. False: nothing until `until`, when
  /// it is now.
  bool step(swim::Instant until);
  void run_until(swim::Instant until) {
    while (step(until)) {
    }
  }
  /// Hands a process one datagram now, as if from that endpoint.
  void inject(NodeIndex to, const swim::Endpoint& from, swim::Bytes datagram);
  /// Nodes may have been called past the world: their deadlines are asked for again.
  void ask_deadlines();
  /// Has it happen then, between two calls into nodes.
  void later(swim::Duration delay, std::function<void()> happen);

  /// Calls act(node, now, out) for a process that is up, and does what it wants done.
  template <class Act>
  auto call(NodeIndex i, Act&& act) {
    swim::Node& node = *hosts_[i].node;
    if constexpr (std::is_void_v<decltype(act(node, engine_.now, out_))>) {
      act(node, engine_.now, out_);
      settle(i);
    } else {
      auto result = act(node, engine_.now, out_);
      settle(i);
      return result;
    }
  }

  Network& network() noexcept { return engine_.network; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return engine_.digest.value(); }
  /// Calls into nodes so far.
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
  /// Or null; not owned.
  void watch(Watcher* watcher) noexcept { watcher_ = watcher; }
  /// Bytes of datagrams that wait for a paused process; what comes after them is lost.
  std::size_t socket_bytes = 212'992;
  /// How long a process that goes on takes to read each datagram and segment that waited.
  swim::Duration read_takes{};

 private:
  struct Host {
    std::unique_ptr<swim::Node> node;
    std::uint64_t process = 0;
    bool up = false;
    bool dark = false;  // powered off
    bool paused = false;
    Pause pause = Pause::stopped;
    Threads threads;          // what of it waits, while paused
    swim::Output held;        // what it would have sent, while paused
    bool reads = false;       // goes on, and has not read all that waits
    std::deque<Due> waiting;  // while paused, and then until it is read
    std::size_t waiting_bytes = 0;
    swim::Instant last_tick = swim::Instant::min();
    int ticks_at_once = 0;
  };
  struct Packet {
    swim::Endpoint from;
    NodeIndex to = 0;
    swim::Buffer bytes;
  };

  void end_process(NodeIndex i, bool silent);
  void drop_waiting(Host& host);
  void happen(const Due& due);
  void datagram_arrives(const Due& due);
  [[nodiscard]] bool refuses(NodeIndex i, const swim::Endpoint& from);
  void refuse(std::uint32_t slot);
  void refusal_arrives(const Due& due);
  void segment_arrives(const Due& due);
  void read_datagram(NodeIndex i, std::uint32_t slot);
  void read_refusal(NodeIndex i, std::uint32_t slot);
  void read_segment(NodeIndex i, std::uint32_t slot);
  void act(std::uint32_t slot);
  void tick(NodeIndex i);
  [[nodiscard]] swim::Instant deadline_of(const Host& host) const;
  void settle(NodeIndex i);
  void carry_out(NodeIndex i, swim::Output& out);
  void read_waiting(NodeIndex i);
  void read_next(NodeIndex i);
  void ask_deadline(NodeIndex i);
  std::uint32_t pack(const swim::Endpoint& from, NodeIndex to, swim::Bytes bytes);
  void send(NodeIndex i, const swim::Datagram& datagram, swim::Bytes bytes);
  void put_on_the_wire(NodeIndex from, NodeIndex to, swim::Bytes bytes);
  void do_on_stream(NodeIndex i, swim::StreamAction& action);

  swim::Random seeds_;  // of processes
  Engine engine_;
  Streams streams_;
  std::vector<Host> hosts_;
  Deadlines deadlines_;
  Pool<Packet> packets_;
  Pool<std::function<void()>> acts_;
  swim::Output out_;
  Watcher* watcher_ = nullptr;
  std::uint64_t steps_ = 0;
};

}  // namespace hearsay::sim
