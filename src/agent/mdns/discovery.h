// -discover: agents of one cluster on one link find each other, Serf's among them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/log.h"
#include "agent/loop/timer.h"
#include "agent/mdns/message.h"
#include "agent/mdns/scope.h"
#include "agent/mdns/socket.h"

namespace hearsay::agent::mdns {

struct Counters {
  std::uint64_t malformed = 0;
  std::uint64_t answers_sent = 0;
  std::uint64_t found_dropped = 0;   // because too many were waiting to be joined
  std::uint64_t found_off_link = 0;  // link-local ones by another interface than the agent's

  /// Calls visit(std::string_view name, std::uint64_t value) for each.
  template <class Visit>
  void for_each(Visit&& visit) const {
    visit("mdns_malformed", malformed);
    visit("mdns_answers_sent", answers_sent);
    visit("mdns_found_dropped", found_dropped);
    visit("mdns_found_off_link", found_off_link);
  }
};

struct DiscoveryTimes {
  std::chrono::nanoseconds asking_interval = std::chrono::seconds(60);
  /// So long no new agent may turn up before those found are joined.
  std::chrono::nanoseconds quiet = std::chrono::milliseconds(100);
};

/// Answers from the start; asks every asking_interval from start_asking() on, as Serf does.
class Discovery {
 public:
  static constexpr std::size_t found_max = 64;

  struct Host {
    /// Whether an agent there needs no joining: it is us, or a member.
    std::function<bool(const swim::Endpoint& at)> is_known;
    /// Addresses as in net::parse_seed_address().
    std::function<void(std::vector<std::string> addresses)> join;
    Log* log;
  };

  /// The error is one line for people. One family that fails is a warning in the log.
  static tl::expected<std::unique_ptr<Discovery>, std::string> open(loop::Loop& loop, Service self,
                                                                    Scope scope, Host host,
                                                                    DiscoveryTimes times = {});
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  void start_asking() { ask(); }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  Discovery(loop::Loop& loop, Service self, Host host, DiscoveryTimes times);
  /// Of a family that discovery goes without; 0: it does not.
  void warn_of(int version, int error);
  /// 0 or a code for loop::describe_error().
  int open_sockets(loop::Loop& loop, Family family, unsigned interface);
  void on_question(Socket& socket, const loop::SocketAddress& from, swim::Bytes datagram);
  void on_answer(const loop::SocketAddress& from, swim::Bytes datagram);
  void ask();
  void join();

  loop::Loop* loop_;
  Service self_;
  Host host_;
  DiscoveryTimes times_;
  swim::Buffer question_;
  std::vector<std::unique_ptr<Socket>> listeners_;
  std::vector<Socket> askers_;
  std::vector<std::string> found_;
  Counters counters_;
  loop::Timer ask_timer_;
  loop::Timer quiet_timer_;
};

}  // namespace hearsay::agent::mdns
