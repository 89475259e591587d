#include <cstdio>

#include "agent/config/quote.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/fetch.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"
#include "swim/gossip/coordinate_client.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  agent::FlagSet flags{rpc.address_flag(), rpc.auth_flag()};

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "rtt [options] NAME [NAME]",
        "  Estimates the round trip time between two members, or between a member and the agent,\n"
        "  from the coordinates that members have learnt by pinging each other.",
        flags);
  }
};

/// Nothing: why has been printed.
std::optional<std::string> own_name(agent::rpc::Client& client) {
  auto name = fetch_own_name(client);
  if (!name) {
    fail("Error querying agent", name.error());
    return std::nullopt;
  }
  return *std::move(name);
}

/// Nothing: why has been printed.
std::optional<swim::Coordinate> place_of(agent::rpc::Client& client, std::string_view name) {
  const auto place = fetch_coordinate(client, name);
  if (!place) {
    fail("Error getting coordinates", place.error());
    return std::nullopt;
  }
  if (!*place) {
    print_failure("Could not find a coordinate for node " + agent::quote(name));
  }
  return *place;
}

void print_estimate(std::string_view a, std::string_view b, double seconds) {
  char milliseconds[64];
  std::snprintf(milliseconds, sizeof(milliseconds), "%.3f", seconds * 1000);
  std::string line("Estimated ");
  line.append(a).append(" <-> ").append(b).append(" rtt: ").append(milliseconds).append(" ms");
  print(line);
}

}  // namespace

std::string help_rtt(const Program& program) {
  return Options().help(program);
}

int run_rtt(const Program& program, Args args) {
  Options options;
  const auto names = parse_flags(options.flags, args, options.help(program));
  if (!names) {
    return 1;
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  if (names->empty() || names->size() > 2) {
    return refuse("One or two node names must be specified", options.help(program));
  }
  const std::string_view first = names->front();
  const auto second = names->size() == 2 ? std::string((*names)[1]) : own_name(*client);
  if (!second) {
    return 1;
  }
  const auto from = place_of(*client, first);
  const auto to = from ? place_of(*client, *second) : std::nullopt;
  if (!to) {
    return 1;
  }
  print_estimate(first, *second, swim::distance(*from, *to));
  return 0;
}

}  // namespace hearsay::cli
