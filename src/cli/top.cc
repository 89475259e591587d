#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <deque>
#include <optional>
#include <thread>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/durations.h"
#include "cli/fetch.h"
#include "cli/interrupt.h"
#include "cli/paint.h"
#include "cli/rpc_options.h"
#include "cli/top_frame.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Client;
using Clock = std::chrono::steady_clock;

constexpr std::string_view enter_screen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view leave_screen = "\x1b[?25h\x1b[?1049l";
constexpr std::size_t events_kept = 8;
constexpr std::size_t members_in_plain = 100;

struct Options {
  RpcOptions rpc;
  std::string interval = "1s";
  std::int64_t count = 0;
  agent::FlagSet flags{
      {"interval", &interval, "=1s", "How often the view is drawn."},
      {"count", &count, "=N", "End after N views; 0 is never."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "top [options]",
        "  Shows the cluster as it is now, again and again until interrupted: members with their\n"
        "  round trip times, the agent's health and queues, the last events. On a terminal it\n"
        "  takes the whole screen; else, or with -count, each view is lines that end with an empty\n"
        "  one.",
        flags);
  }
};

struct Screen {
  std::size_t rows = members_in_plain + top_lines_fixed + events_kept;
  std::size_t columns = std::string::npos;
};

Screen screen_size(bool is_terminal) {
  winsize size{};
  if (!is_terminal || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) {
    return {};
  }
  return {size.ws_row, size.ws_col};
}

/// "04:20:01 member-failed web-1 web-2".
std::string line_of(swim::Bytes body) {
  const std::time_t now = std::time(nullptr);
  char time[16];
  std::tm parts{};
  std::strftime(time, sizeof(time), "%H:%M:%S", ::localtime_r(&now, &parts));
  std::string kind;
  std::string names;
  agent::rpc::Reader in(body);
  agent::rpc::for_each_field(in, [&](std::string_view key) {
    if (key == "Event") {
      kind = in.text();
    } else if (key == "Name") {
      names.append(" ").append(in.text());
    } else if (key == "Members") {
      agent::rpc::MemberRow row;
      for (std::uint32_t left = in.array(); left > 0 && !in.failed(); --left) {
        decode(in, row);
        names.append(" ").append(row.name);
      }
    } else {
      return false;
    }
    return true;
  });
  return std::string(time) + " " + kind + names;
}

/// The view, over restarts of the agent.
class Top {
 public:
  Top(const Options& options, std::chrono::milliseconds interval)
      : options_(options),
        interval_(interval),
        is_terminal_(::isatty(STDOUT_FILENO) == 1 && options.count == 0) {}

  int run() {
    if (is_terminal_) {
      exit_on(SIGINT, 0, leave_screen);
      exit_on(SIGTERM, 0, leave_screen);
      write(enter_screen);
    }
    for (std::int64_t shown = 0; options_.count == 0 || shown < options_.count; ++shown) {
      if (shown > 0) {
        pause();
      }
      draw(lines());
    }
    if (is_terminal_) {
      write(leave_screen);
    }
    return events_ ? 0 : no_agent;
  }

 private:
  static void write(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

  /// The error: why there is no agent.
  tl::expected<void, std::string> connect() {
    const auto dial = [&] { return Client::connect(options_.rpc.address, options_.rpc.auth_key); };
    auto events = dial();
    auto asked = dial();
    if (!events || !asked) {
      return tl::unexpected(!events ? events.error() : asked.error());
    }
    auto subscribed = events->call("stream", agent::rpc::StreamRequest{"*"});
    if (subscribed) {
      events_ = *std::move(events);
      asked_ = *std::move(asked);
    }
    return subscribed;
  }

  std::vector<std::string> lines() {
    const auto connected = events_ ? tl::expected<void, std::string>() : connect();
    auto out = connected
                   ? frame()
                   : tl::expected<std::vector<std::string>, std::string>(tl::unexpect, connected.error());
    if (out) {
      return *std::move(out);
    }
    events_.reset();
    asked_.reset();
    return {"No agent: " + out.error() + ". Trying again every " + options_.interval};
  }

  tl::expected<std::vector<std::string>, std::string> frame() {
    auto listing = fetch_listing(*asked_, {});
    if (!listing) {
      return tl::unexpected(listing.error());
    }
    TopFrame out;
    for (const ListedMember& member : listing->members) {
      ++(member.row.status == "alive" ? out.alive : member.row.status == "failed" ? out.failed : out.others);
    }
    std::ranges::stable_sort(listing->members, {},
                             [](const ListedMember& member) { return member.row.status != "failed"; });
    const std::size_t taken = top_lines_fixed + log_.size();
    const std::size_t rows = screen_size(is_terminal_).rows;
    listing->members.resize(std::min(listing->members.size(), rows - std::min(rows, taken)));
    if (const auto done = fetch_round_trips(*asked_, *listing); !done) {
      return tl::unexpected(done.error());
    }
    auto stats = fetch_stats(*asked_);
    if (!stats) {
      return tl::unexpected(stats.error());
    }
    const std::vector<std::string> events(log_.begin(), log_.end());
    out.stats = *std::move(stats);
    out.members = listing->members;
    out.events = events;
    return show_frame(out, takes_colour(STDOUT_FILENO) ? Colour::on : Colour::off);
  }

  void draw(const std::vector<std::string>& lines) const {
    const Screen screen = screen_size(is_terminal_);
    std::string out = is_terminal_ ? "\x1b[H" : "";
    for (std::size_t i = 0; i < std::min(lines.size(), screen.rows); ++i) {
      out.append(is_terminal_ && i > 0 ? "\r\n" : "").append(cut_to(lines[i], screen.columns));
      out.append(is_terminal_ ? "\x1b[K" : "\n");
    }
    write(out.append(is_terminal_ ? "\x1b[J" : "\n"));
  }

  /// Until the next view; takes what happens meanwhile.
  void pause() {
    const auto until = Clock::now() + interval_;
    for (auto left = interval_; left.count() > 0;
         left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now())) {
      if (!events_) {
        std::this_thread::sleep_for(left);
      } else if (events_->await_input(left)) {
        take_event();
      }
    }
  }

  void take_event() {
    const auto header = events_->next_header();
    const auto body = header ? events_->next_object() : tl::unexpected(header.error());
    if (!body) {
      events_.reset();
      return;
    }
    log_.push_back(line_of(*body));
    if (log_.size() > events_kept) {
      log_.pop_front();
    }
  }

  const Options& options_;
  std::chrono::milliseconds interval_;
  bool is_terminal_;
  std::optional<Client> events_;
  std::optional<Client> asked_;
  std::deque<std::string> log_;
};

}  // namespace

std::string help_top(const Program& program) {
  return Options().help(program);
}

int run_top(const Program& program, Args args) {
  Options options;
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return 1;
  }
  const auto interval = parse_duration("-interval", options.interval);
  if (!interval) {
    return fail("Error", interval.error());
  }
  if (auto client = connect(program, options.rpc); !client) {
    return client.error();  // said before the screen is taken
  }
  return Top(options, std::max(*interval, std::chrono::milliseconds(100))).run();
}

}  // namespace hearsay::cli
