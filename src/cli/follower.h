// The members that match, now and after each change, for as long as one wants.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/rpc/client.h"
#include "cli/durations.h"
#include "cli/listed_member.h"
#include "cli/rpc_options.h"

namespace hearsay::cli {

/// Follows the agent's events on one connection and lists members on another: events are subscribed to
/// first, so no change falls between. Outlives the agent: when that ends, a new one is waited for.
class Follower {
 public:
  using Clock = std::chrono::steady_clock;

  /// A new agent knows nobody until it has found the cluster. So long its list is not believed, while it
  /// has nobody but the agent itself on it.
  static constexpr std::chrono::seconds lonely_for{10};

  struct Wants {
    agent::rpc::MembersFilteredRequest request;  // its views outlive the follower
    bool round_trips = false;
    Debounce debounce{};
  };

  /// `tell` gets a line whenever the agent goes or is back.
  Follower(const RpcOptions& rpc, Wants wants, std::function<void(std::string_view)> tell);

  /// The members at once, and at each later call after the next change. Nothing: `until` has come. The
  /// error is final: what is asked for, or how, will not be answered by this agent.
  [[nodiscard]] tl::expected<std::optional<MemberListing>, std::string> next(
      std::optional<Clock::time_point> until);

 private:
  /// Connected and subscribed to, or not yet. The error is final.
  tl::expected<bool, std::string> connect();
  tl::expected<bool, std::string> put_off(const std::string& error);
  void lose();
  /// Waits for an event, and until that has settled.
  void await_change(Clock::time_point until);
  [[nodiscard]] bool take_event(Clock::time_point until);
  tl::expected<std::optional<MemberListing>, std::string> list();
  tl::expected<std::optional<MemberListing>, std::string> ask();

  const RpcOptions& rpc_;
  Wants wants_;
  std::function<void(std::string_view)> tell_;
  std::optional<agent::rpc::Client> events_;
  std::optional<agent::rpc::Client> asked_;
  bool is_due_ = false;
  bool told_gone_ = false;
  bool was_lost_ = false;
  Clock::time_point lonely_until_{};
  std::chrono::milliseconds pause_{0};  // before the next attempt to connect
};

}  // namespace hearsay::cli
