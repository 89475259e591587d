#include <unistd.h>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/follower.h"
#include "cli/member_selection.h"
#include "cli/member_view.h"
#include "cli/paint.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

constexpr int timed_out = 124;  // as timeout(1) has it

struct Options {
  RpcOptions rpc;
  MemberSelection selection{.status = "alive"};
  MemberViewFlags view;
  std::int64_t min = 1;
  bool gone = false;
  bool quiet = false;
  bool verbose = false;
  std::string timeout = "60s";
  agent::FlagSet flags{table()};

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "wait [options]",
                     "  Waits until enough members match, or none does any more. Ends with status 0, or 124\n"
                     "  when the time is up. Only live members count, unless -status says otherwise.",
                     flags);
  }

 private:
  std::vector<agent::Flag> table() {
    std::vector<agent::Flag> out{
        {"min", &min, "=N", "How many members must match (default 1)."},
        {"gone", &gone, "", "Wait until no member matches."},
        {"timeout", &timeout, "=60s", "For how long; 0 is for ever."},
        {"quiet", &quiet, "", "Say nothing on standard error."},
        {"verbose", &verbose, "", "Say what is waited for, also when standard error\nis no terminal."},
    };
    selection.add_flags(out);
    view.add_to(out);
    out.push_back(rpc.address_flag());
    out.push_back(rpc.auth_flag());
    return out;
  }
};

/// What is waited for, understood.
struct Goal {
  Follower::Wants wants;
  MemberView view;
  std::size_t min = 1;
  std::chrono::milliseconds timeout{};
  bool gone = false;
  std::string words;  // "2 alive members with svc=db"

  [[nodiscard]] bool is_met_by(std::size_t matching) const { return gone ? matching == 0 : matching >= min; }
};

/// The error is a line for the user.
tl::expected<Goal, std::string> goal_of(const Options& options) {
  if (options.gone && options.flags.given("min")) {
    return tl::unexpected<std::string>(
        "-gone waits for nobody, and -min for somebody. Leave one of them out");
  }
  if (options.min < 1) {
    return tl::unexpected("-min is " + std::to_string(options.min) +
                          ": give a number of members from 1; to wait for nobody there is -gone");
  }
  auto request = options.selection.request();
  auto view = options.view.parse();
  const auto timeout = parse_duration("-timeout", options.timeout);
  if (!request || !view || !timeout) {
    return tl::unexpected(!request ? request.error() : !view ? view.error() : timeout.error());
  }
  const std::string words = options.selection.describe(!options.gone && options.min == 1);
  return Goal{.wants = {*std::move(request), options.flags.given("format") && view->needs_rtt(), {{}, {}}},
              .view = *std::move(view),
              .min = static_cast<std::size_t>(options.min),
              .timeout = *timeout,
              .gone = options.gone,
              .words = options.gone ? "no " + words : std::to_string(options.min) + " " + words};
}

/// Tells people, and does not clutter the logs of scripts.
class Progress {
 public:
  Progress(const Options& options, const Goal& goal)
      : words_(goal.words),
        tells_agent_(!options.quiet),
        tells_count_(!options.quiet && (options.verbose || ::isatty(STDERR_FILENO) == 1)) {}

  void agent(std::string_view line) const {
    if (tells_agent_) {
      print_error(line);
    }
  }
  void count(std::size_t matching) {
    if (tells_count_ && matching != last_) {
      print_error("Waiting for " + words_ + ": now " + std::to_string(matching));
    }
    last_ = matching;
  }
  void end(const std::string& timeout) const {
    if (tells_agent_) {
      print_error("Not within " + timeout + ": " + words_ +
                  (last_ ? "; the last count was " + std::to_string(*last_) : "; no agent answered"));
    }
  }

 private:
  std::string words_;
  std::optional<std::size_t> last_;
  bool tells_agent_;
  bool tells_count_;
};

void show(const Goal& goal, MemberListing& listing) {
  goal.view.arrange(listing.members);
  const auto colour = takes_colour(STDOUT_FILENO) ? Colour::on : Colour::off;
  if (const auto text = show_members(goal.view.format, goal.view.fields, listing.members, colour);
      !text.empty()) {
    print(text);
  }
}

int wait_for(const Options& options, const Goal& goal) {
  Progress progress(options, goal);
  Follower follower(options.rpc, goal.wants, [&](std::string_view line) { progress.agent(line); });
  std::optional<Follower::Clock::time_point> until;
  if (goal.timeout.count() > 0) {
    until = Follower::Clock::now() + goal.timeout;
  }
  while (true) {
    auto listing = follower.next(until);
    if (!listing) {
      fail("Error", listing.error());
      return no_agent;
    }
    if (!*listing) {
      progress.end(options.timeout);
      return timed_out;
    }
    const std::size_t matching = (*listing)->members.size();
    if (goal.is_met_by(matching)) {
      if (options.flags.given("format")) {
        show(goal, **listing);
      }
      return 0;
    }
    progress.count(matching);
  }
}

}  // namespace

std::string help_wait(const Program& program) {
  return Options().help(program);
}

int run_wait(const Program& program, Args args) {
  Options options;
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return 1;
  }
  const auto goal = goal_of(options);
  return goal ? wait_for(options, *goal) : fail("Error", goal.error());
}

}  // namespace hearsay::cli
