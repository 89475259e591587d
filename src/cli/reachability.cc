#include <chrono>
#include <csignal>
#include <cstdio>

#include "cli/answer_wait.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/fetch.h"
#include "cli/interrupt.h"
#include "cli/query_records.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Names = AnswerWait::Names;

// Serf's words, which scripts look for.
constexpr std::string_view false_failures =
    "This could mean Serf is detecting false-failures due to a misconfiguration or network issue.";
constexpr std::string_view lost_packets =
    "This could mean Serf gossip packets are being lost due to a misconfiguration or network issue.";
constexpr std::string_view same_names =
    "Duplicate responses means there is a misconfiguration. Verify that node names are unique.";
constexpr std::string_view advice =
    "\nTroubleshooting tips:\n"
    "* Ensure that the bind addr:port is accessible by all other nodes\n"
    "* If an advertise address is set, ensure it routes to the bind address\n"
    "* Check that no nodes are behind a NAT\n"
    "* If nodes are behind firewalls or iptables, check that Serf traffic is permitted (UDP and TCP)\n"
    "* Verify networking equipment is functional";

struct Options {
  RpcOptions rpc;
  bool verbose = false;
  agent::FlagSet flags{
      {"verbose", &verbose, "", "Show each ack, and how long they took."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "reachability [options]",
                     "  Has every node acknowledge a query of this agent's, and names those that do not.",
                     flags);
  }
};

struct Result {
  Names acked;
  std::size_t acks = 0;
  Clock::time_point begun = Clock::now();
  Clock::time_point last = begun;
  std::string cut_short;  // why, if the agent was gone before the end

  [[nodiscard]] bool has_duplicates() const { return acks > acked.size(); }
};

Result gather(agent::rpc::Client& client, bool verbose, AnswerWait* wait) {
  Result result;
  auto record = next_query_record(client, wait);
  for (; record && *record; record = next_query_record(client, wait)) {
    const std::string from((*record)->from);
    if (verbose) {
      print("\tAck from '" + from + "'");
    }
    ++result.acks;
    if (!result.acked.insert(from).second) {
      print("Duplicate response from '" + from + "'");
    }
    result.last = Clock::now();
  }
  if (!record) {
    result.cut_short = record.error();
  }
  return result;
}

void print_times(const Result& result) {
  const auto seconds = [&](Clock::time_point until) {
    return std::chrono::duration<double>(until - result.begun).count();
  };
  char line[96];
  std::snprintf(line, sizeof(line), "Query time: %0.2f sec, time to last response: %0.2f sec",
                seconds(Clock::now()), seconds(result.last));
  print(line);
}

/// Those of `names` that are not in `others`.
void print_missing(const Names& names, const Names& others) {
  for (const std::string& name : names) {
    if (!others.contains(name)) {
      print("\t" + name);
    }
  }
}

/// Prints what the acks say; returns the exit status.
int judge(const Result& result, const Names& live) {
  if (result.has_duplicates()) {
    print(same_names);
  }
  if (result.acks == live.size()) {
    print("Successfully contacted all live nodes");
    return result.has_duplicates() ? 1 : 0;
  }
  if (result.acks > live.size()) {
    print("Received more acks than live nodes! Acks from non-live nodes:");
    print_missing(result.acked, live);
    print(false_failures);
  } else {
    print("Received less acks than live nodes! Missing acks from:");
    print_missing(live, result.acked);
    print(lost_packets);
  }
  print(advice);
  return 1;
}

/// The live members, which the agent is asked for; their number and that of all are printed.
tl::expected<Names, std::string> live_members(agent::rpc::Client& client) {
  const auto members = fetch_members(client);
  if (!members) {
    return tl::unexpected(members.error());
  }
  Names live;
  for (const auto& member : *members) {
    if (member.status == "alive") {
      live.emplace(member.name);
    }
  }
  print("Total members: " + std::to_string(members->size()) +
        ", live members: " + std::to_string(live.size()));
  return live;
}

}  // namespace

std::string help_reachability(const Program& program) {
  return Options().help(program);
}

int run_reachability(const Program& program, Args args) {
  Options options;
  auto client = parse_and_connect(program, options, args);
  if (!client) {
    return client.error();
  }
  const auto live = live_members(*client);
  if (!live) {
    return fail("Error getting members", live.error());
  }
  agent::rpc::QueryRequest ping;
  ping.name = "_serf_ping";
  ping.request_ack = true;
  if (const auto sent = client->call("query", ping); !sent) {
    return fail("Error sending query", sent.error());
  }
  exit_on(SIGINT, 1, "Test interrupted\n");
  print("Starting reachability test...");
  AnswerWait wait(*live, true);
  const Result result = gather(*client, options.verbose, tells_waits(program) ? &wait : nullptr);
  if (!result.cut_short.empty() && !program.is_serf) {
    return fail_cut_short(result.cut_short);
  }
  if (options.verbose) {
    print_times(result);
  }
  return judge(result, *live);
}

}  // namespace hearsay::cli
