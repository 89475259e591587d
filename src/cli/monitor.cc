#include <csignal>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/go_literal.h"
#include "cli/interrupt.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Client;
using agent::rpc::Reader;

struct Options {
  RpcOptions rpc;
  std::string log_level = "INFO";
  agent::FlagSet flags{
      {"log-level", &log_level, "=info",
       "Least level of what is shown, whatever the agent's\nown: trace, debug, "
       "info, warn or err."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "monitor [options]",
                     "  Shows the last lines of the agent's log, then follows it and the cluster's events\n"
                     "  until interrupted.",
                     flags);
  }
};

void print_event(swim::Bytes body) {
  Reader in(body);
  print("Event Info:");
  agent::rpc::for_each_field(in, [&](std::string_view key) {
    print("\t" + std::string(key) + ": " + go_literal(in));
    return true;
  });
}

void print_log_line(swim::Bytes body) {
  Reader in(body);
  agent::rpc::for_each_field(in, [&](std::string_view key) {
    if (key != "Log") {
      return false;
    }
    print(in.text());
    return true;
  });
}

/// A stream of the agent, and how its records are shown.
struct Source {
  const char* name;
  std::uint64_t seq;
  void (*show)(swim::Bytes body);
  bool is_open = false;
};

/// Shows the next record of either source. False: the agent is gone, or refused, which is printed.
bool show_next(Client& client, Source& events, Source& logs) {
  const auto header = client.next_header();
  if (!header) {
    return false;
  }
  Source& source = header->seq == events.seq ? events : logs;
  if (!source.is_open) {
    source.is_open = header->error.empty();
    if (!source.is_open) {
      fail(std::string("Error starting ") + source.name, header->error);
    }
    return source.is_open;
  }
  const auto body = client.next_object();
  if (body) {
    source.show(*body);
  }
  return body.has_value();
}

}  // namespace

std::string help_monitor(const Program& program) {
  return Options().help(program);
}

int run_monitor(const Program& program, Args args) {
  Options options;
  auto client = parse_and_connect(program, options, args);
  if (!client) {
    return client.error();
  }
  exit_on(SIGINT, 0);
  exit_on(SIGTERM, 0);
  Source events{"stream", client->send("stream", agent::rpc::StreamRequest{"*"}), print_event};
  Source logs{"monitor", client->send("monitor", agent::rpc::MonitorRequest{options.log_level}),
              print_log_line};
  while (show_next(*client, events, logs)) {
  }
  if (events.is_open && logs.is_open) {
    print_failure("");
    print_failure(
        "Remote side ended the monitor! This usually means that the\nremote side has exited or crashed.");
  }
  return 1;
}

}  // namespace hearsay::cli
