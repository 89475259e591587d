#include <unistd.h>

#include "agent/config/quote.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/follower.h"
#include "cli/list_command.h"
#include "cli/member_selection.h"
#include "cli/paint.h"
#include "cli/usage.h"
#include "cli/watch_report.h"

namespace hearsay::cli {
namespace {

using std::chrono::milliseconds;

struct Options {
  RpcOptions rpc;
  MemberSelection selection{.status = "alive"};
  MemberViewFlags view;
  std::string exec;
  std::string exec_timeout = "30s";
  std::string retry = "10s";
  std::string debounce = "200ms:2s";
  bool verbose = false;
  agent::FlagSet flags{table()};

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "watch [options]",
        "  Prints the members that match, or runs a command with them on its standard input, now\n"
        "  and after each change, until interrupted. Only live members are listed, unless -status\n"
        "  says otherwise. A restart of the agent is waited out.",
        flags);
  }

 private:
  std::vector<agent::Flag> table() {
    std::vector<agent::Flag> out{
        {"exec", &exec, "=CMD",
         "Run CMD by /bin/sh -c with the list on its standard\ninput, instead of printing it."},
        {"exec-timeout", &exec_timeout, "=30s", "When CMD is ended; 0 is never."},
        {"retry", &retry, "=10s", "When CMD runs again if it has failed and nothing\nchanges; 0 is never."},
        {"debounce", &debounce, "=200ms:2s",
         "A change waits until nothing has changed for so\nlong, but no longer than the second."},
        {"verbose", &verbose, "", "Say on standard error what is waited for and run."},
    };
    selection.add_flags(out);
    view.add_to(out);
    out.push_back(rpc.address_flag());
    out.push_back(rpc.auth_flag());
    return out;
  }
};

/// What is followed and done, understood.
struct Plan {
  Follower::Wants wants;
  MemberView view;
  milliseconds exec_timeout{};
  milliseconds retry{};  // 0: not without a change
};

/// The error is a line for the user.
tl::expected<Plan, std::string> plan_of(const Options& options) {
  auto request = options.selection.request();
  auto view = options.view.parse();
  if (!request || !view) {
    return tl::unexpected(!request ? request.error() : view.error());
  }
  const auto debounce = parse_debounce(options.debounce);
  const auto timeout = parse_duration("-exec-timeout", options.exec_timeout);
  const auto retry = parse_duration("-retry", options.retry);
  if (!debounce || !timeout || !retry) {
    return tl::unexpected(!debounce ? debounce.error() : !timeout ? timeout.error() : retry.error());
  }
  const bool round_trips = view->needs_rtt();
  return Plan{{*std::move(request), round_trips, *debounce}, *std::move(view), *timeout, *retry};
}

/// Why a command is to be called failed; empty if it is not.
std::string describe_failure(const tl::expected<CommandEnd, std::string>& end, const std::string& timeout) {
  if (!end) {
    return "cannot be run: " + end.error();
  }
  if (end->timed_out) {
    return "was ended after " + timeout;
  }
  if (end->signal != 0) {
    return "was ended by signal " + std::to_string(end->signal);
  }
  return end->status == 0 ? std::string() : "ended with status " + std::to_string(end->status);
}

/// Whether the command did what it is there for.
bool run(const Options& options, const Plan& plan, const std::string& list) {
  constexpr std::size_t shown_max = 80;
  const std::string name = agent::quote(agent::abbreviate(options.exec, shown_max));
  if (options.verbose) {
    print_error("Running " + name);
  }
  const auto end = run_with_input(options.exec, list, plan.exec_timeout);
  if (const std::string failure = describe_failure(end, options.exec_timeout); !failure.empty()) {
    const bool retries = plan.retry.count() != 0;
    print_error("The command " + name + " " + failure + ". It runs again at the next change" +
                (retries ? ", or after " + options.retry : ""));
    return false;
  }
  if (options.verbose) {
    print_error("Done. Waiting for a change of " + options.selection.describe());
  }
  return true;
}

/// Lists are parted by empty lines, but for JSON, where each is a line.
void show(const Plan& plan, const std::string& list) {
  const std::string text = plan.view.format == MemberFormat::json ? list : list + "\n";
  print(std::string_view(text).substr(0, text.size() - 1));
}

int follow(const Options& options, const Plan& plan) {
  Follower follower(options.rpc, plan.wants, [](std::string_view line) { print_error(line); });
  WatchReport report(plan.view);
  const bool runs = !options.exec.empty();
  const Colour colour = !runs && takes_colour(STDOUT_FILENO) ? Colour::on : Colour::off;
  std::optional<Follower::Clock::time_point> retry_at;
  std::string list;
  while (true) {
    auto listing = follower.next(retry_at);
    if (!listing) {
      fail("Error", listing.error());
      return no_agent;
    }
    if (*listing) {
      auto changed = report.add(std::move((*listing)->members), colour);
      if (!changed) {
        continue;
      }
      list = *std::move(changed);
    }
    if (!runs) {
      show(plan, list);
      continue;
    }
    retry_at.reset();
    if (!run(options, plan, list) && plan.retry.count() != 0) {
      retry_at = Follower::Clock::now() + plan.retry;
    }
  }
}

}  // namespace

std::string help_watch(const Program& program) {
  return Options().help(program);
}

int run_watch(const Program& program, Args args) {
  Options options;
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return 1;
  }
  const auto plan = plan_of(options);
  return plan ? follow(options, *plan) : fail("Error", plan.error());
}

}  // namespace hearsay::cli
