#include "cli/follower.h"

#include <algorithm>
#include <thread>

#include "agent/rpc/errors.h"
#include "cli/fetch.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Client;
using std::chrono::milliseconds;

/// What an agent may take to answer before it counts as gone.
constexpr milliseconds patience{5000};
constexpr milliseconds pause_min{50};
constexpr milliseconds pause_max{1000};
constexpr std::string_view member_events = "member-join,member-leave,member-failed,member-update,member-reap";

/// Whether an agent that starts would mend it.
bool is_for_want_of_an_agent(std::string_view error) {
  return error == agent::rpc::error::closed || error.find(": connect: ") != std::string_view::npos ||
         error.ends_with("i/o timeout");
}

milliseconds until_then(Follower::Clock::time_point until) {
  const auto left = std::chrono::ceil<milliseconds>(until - Follower::Clock::now());
  return std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(24)));
}

}  // namespace

Follower::Follower(const RpcOptions& rpc, Wants wants, std::function<void(std::string_view)> tell)
    : rpc_(rpc), wants_(std::move(wants)), tell_(std::move(tell)) {}

tl::expected<std::optional<MemberListing>, std::string> Follower::next(
    std::optional<Clock::time_point> until) {
  const Clock::time_point end = until.value_or(Clock::time_point::max());
  do {
    const auto connected = events_ ? true : connect();
    if (!connected) {
      return tl::unexpected(connected.error());
    }
    if (!*connected) {
      std::this_thread::sleep_for(std::min(pause_, until_then(end)));
    } else if (!is_due_) {
      await_change(end);
    } else if (auto listing = list(); !listing || *listing) {
      return listing;
    }
  } while (Clock::now() < end);
  return std::nullopt;
}

tl::expected<bool, std::string> Follower::connect() {
  const auto dial = [&] {
    return Client::connect(rpc_.address, rpc_.auth_key, agent::rpc::AddressRules::ours, patience);
  };
  auto events = dial();
  const auto subscribed = events ? events->call("stream", agent::rpc::StreamRequest{member_events})
                                 : tl::expected<void, std::string>(tl::unexpect, events.error());
  auto asked = subscribed ? dial() : tl::expected<Client, std::string>(tl::unexpect, subscribed.error());
  if (!asked) {
    return put_off(asked.error());
  }
  events_ = *std::move(events);
  asked_ = *std::move(asked);
  pause_ = {};
  is_due_ = true;
  told_gone_ = false;
  if (was_lost_) {
    tell_("The agent at " + rpc_.address + " is back");
    lonely_until_ = Clock::now() + lonely_for;
  }
  return true;
}

/// The next attempt, unless there is no sense in one.
tl::expected<bool, std::string> Follower::put_off(const std::string& error) {
  if (!is_for_want_of_an_agent(error)) {
    return tl::unexpected(error);
  }
  if (!std::exchange(told_gone_, true)) {
    tell_(was_lost_ ? "The agent at " + rpc_.address + " is gone: waiting for it to come back"
                    : "No agent at " + rpc_.address + ": waiting for one");
  }
  pause_ = std::clamp(2 * pause_, pause_min, pause_max);
  return false;
}

void Follower::lose() {
  events_.reset();
  asked_.reset();
  was_lost_ = true;
}

bool Follower::take_event(Clock::time_point until) {
  if (!events_ || !events_->await_input(until_then(until))) {
    return false;
  }
  // Which members changed is in the list, and so is what an agent says was missed.
  if (!events_->next_header() || !events_->next_object()) {
    lose();
  }
  return true;
}

void Follower::await_change(Clock::time_point until) {
  const bool may_be_lonely = Clock::now() < lonely_until_;
  if (!take_event(may_be_lonely ? std::min(until, lonely_until_) : until)) {
    is_due_ = may_be_lonely && Clock::now() >= lonely_until_;
    return;
  }
  const Clock::time_point latest = Clock::now() + wants_.debounce.at_most;
  while (events_ && take_event(std::min(Clock::now() + wants_.debounce.quiet, latest)) &&
         Clock::now() < latest) {
  }
  is_due_ = true;
}

/// The members, if the agent still answers and is to be believed. The error is final.
tl::expected<std::optional<MemberListing>, std::string> Follower::list() {
  is_due_ = false;
  auto listing = ask();
  if (listing || !is_for_want_of_an_agent(listing.error())) {
    return listing;
  }
  lose();
  return std::nullopt;
}

/// Nothing: a new agent has found nobody yet, and may still.
tl::expected<std::optional<MemberListing>, std::string> Follower::ask() {
  if (Clock::now() < lonely_until_) {
    const auto all = fetch_members(*asked_);
    if (!all) {
      return tl::unexpected(all.error());
    }
    if (all->size() < 2) {
      return std::nullopt;
    }
    lonely_until_ = {};
  }
  auto listing = fetch_listing(*asked_, wants_.request);
  if (listing && wants_.round_trips) {
    if (const auto done = fetch_round_trips(*asked_, *listing); !done) {
      return tl::unexpected(done.error());
    }
  }
  return listing;
}

}  // namespace hearsay::cli
