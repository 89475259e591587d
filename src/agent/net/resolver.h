// Names to addresses, off the loop.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/loop/wakeup.h"
#include "swim/endpoint.h"

namespace hearsay::agent::net {

/// Asks the system (hosts file, DNS) on a thread with a small stack that exists only while names
/// wait; one name at a time, in order. Destruction does not wait for the system's answer.
class Resolver {
 public:
  static constexpr std::size_t questions_max = 256;

  /// Every address of the name, each once, in the system's order; or why not:
  /// "lookup db: no such host".
  using Answer = tl::expected<std::vector<swim::IpAddress>, std::string>;
  using Done = std::function<void(Answer)>;

  explicit Resolver(loop::Loop& loop);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Calls `done` on the loop, or before this returns if `host` is a literal or questions_max wait.
  void resolve(const std::string& host, Done done);
  /// Questions that found no room.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
  /// Blocks until the system has answered: for commands, and for an agent before its loop runs.
  [[nodiscard]] static Answer resolve_now(const std::string& host);

 private:
  struct Shared;
  static void* work(void* shared);
  void deliver();

  loop::Wakeup wakeup_;
  std::shared_ptr<Shared> shared_;  // with the thread, which may outlive us
  std::deque<Done> waiting_;        // in the order of the questions
  std::uint64_t refused_ = 0;
};

}  // namespace hearsay::agent::net
