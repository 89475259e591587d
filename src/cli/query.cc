#include <algorithm>
#include <csignal>

#include "cli/ack_quorum.h"
#include "cli/answer_wait.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/fetch.h"
#include "cli/interrupt.h"
#include "cli/named_payload.h"
#include "cli/query_records.h"
#include "cli/query_report.h"
#include "cli/rpc_options.h"
#include "cli/tag_args.h"
#include "cli/usage.h"
#include "swim/gossip/query_filter.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Client;
using agent::rpc::QueryRequest;

constexpr std::int64_t relay_factor_max = 255;

struct Options {
  RpcOptions rpc;
  std::string format = "text";
  std::vector<std::string> nodes;
  std::vector<std::string> tags;
  std::chrono::nanoseconds timeout{0};
  bool no_ack = false;
  std::int64_t relay_factor = 0;
  std::string min_acks;
  agent::FlagSet flags;

  explicit Options(const Program& program) : flags(table(program)) {}

  /// -min-acks is ours: Serf complains of it.
  std::vector<agent::Flag> table(const Program& program) {
    std::vector<agent::Flag> out = {
        {"format", &format, "=FORMAT", format_help},
        {"node", &nodes, "=NAME", "Ask this node only. Repeated: these nodes."},
        {"tag", &tags, " KEY=PATTERN", "Ask only nodes with a matching tag. Repeated:\nall must match."},
        {"timeout", &timeout, "=15s",
         "How long to wait for answers; by default as long\nas gossip may take."},
        {"no-ack", &no_ack, "", "Let nobody acknowledge the query."},
        {"relay-factor", &relay_factor, "=N", "Have N other nodes bring each answer, too (0 to\n255)."},
    };
    if (!program.is_serf) {
      out.push_back({"min-acks", &min_acks, "=N",
                     "Fail unless N nodes acknowledge; or, as in 90%,\nthat share of the live nodes asked."});
    }
    out.push_back(rpc.address_flag());
    out.push_back(rpc.auth_flag());
    return out;
  }

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "query [options] NAME [PAYLOAD]",
        "  Asks every node, or those that the filters name, and shows the answers as they come.\n"
        "  Patterns are regular expressions and match anywhere in a value.",
        flags);
  }
};

/// The live members that the filters ask, as the agent sees it. Patterns of members-filtered match whole
/// values, those of queries any part.
tl::expected<AnswerWait::Names, std::string> names_asked(Client& client, const QueryRequest& request) {
  std::vector<std::string> patterns;
  patterns.reserve(request.filter_tags.size());
  agent::rpc::TextPairs tags;
  for (const auto& [tag, pattern] : request.filter_tags) {
    patterns.push_back("(?s:.*)(?:" + std::string(pattern) + ")(?s:.*)");
    tags.emplace_back(tag, patterns.back());
  }
  const auto members = fetch_members(client, {tags, "alive", ""});
  if (!members) {
    return tl::unexpected(members.error());
  }
  const auto& nodes = request.filter_nodes;
  AnswerWait::Names out;
  for (const auto& member : *members) {
    if (nodes.empty() || std::ranges::find(nodes, member.name) != nodes.end()) {
      out.emplace(member.name);
    }
  }
  return out;
}

/// Prints what comes until the query is over. The error: it was cut short.
tl::expected<void, std::string> follow(Client& client, QueryReport& report, AnswerWait* wait) {
  const auto show = [](const std::string& text) {
    if (!text.empty()) {
      print(text);
    }
  };
  show(report.begin());
  auto record = next_query_record(client, wait);
  for (; record && *record; record = next_query_record(client, wait)) {
    show(report.add(**record));
  }
  print(report.end());
  return record.map([](const auto&) {});
}

/// Asks, shows the answers, and judges them; returns the exit status.
int ask(const Program& program, Client& client, const QueryRequest& request, Format format,
        const std::optional<AckQuorum>& quorum) {
  const bool tells = tells_waits(program);
  const auto asked = quorum || tells ? names_asked(client, request) : AnswerWait::Names();
  if (!asked) {
    return fail("Error retrieving members", asked.error());
  }
  if (const auto sent = client.call("query", request); !sent) {
    return fail("Error sending query", sent.error());
  }
  exit_on(SIGINT, 1);
  QueryReport report(format, request.name, request.request_ack);
  AnswerWait wait(*asked, request.request_ack);
  const auto finished = follow(client, report, tells ? &wait : nullptr);
  if (!finished && !program.is_serf) {
    return fail_cut_short(finished.error());
  }
  if (quorum && report.acks() < quorum->needed(asked->size())) {
    print_error("Too few acks: " + std::to_string(report.acks()) + " of " + std::to_string(asked->size()) +
                " nodes asked, and " + std::to_string(quorum->needed(asked->size())) + " are needed");
    return 1;
  }
  return 0;
}

/// Nothing: no -min-acks. The error is a line for the user.
tl::expected<std::optional<AckQuorum>, std::string> quorum_of(const Options& options) {
  if (options.min_acks.empty()) {
    return std::nullopt;
  }
  if (options.no_ack) {
    return tl::unexpected<std::string>(
        "-min-acks counts acks, and -no-ack asks for none. Leave one of them out");
  }
  return parse_ack_quorum(options.min_acks).map([](AckQuorum quorum) { return std::optional(quorum); });
}

/// Serf names a wrong format here otherwise than elsewhere.
std::optional<Format> format_of(const Program& program, const Options& options) {
  if (!program.is_serf || options.format == "text" || options.format == "json") {
    return parse_format(program, options.format);
  }
  fail("Invalid format", options.format);
  return std::nullopt;
}

/// What is wrong with the first pattern that is no expression: nobody would answer, or say why.
std::optional<std::string> flaw_of(const agent::rpc::TextPairs& tags) {
  for (const auto& [tag, pattern] : tags) {
    if (const auto flaw = swim::flaw_of_pattern(pattern)) {
      return "-tag " + std::string(tag) + "=" + std::string(pattern) + ": " + *flaw +
             ". A pattern is a regular expression; a character to be taken as it is gets a \\ before it";
    }
  }
  return std::nullopt;
}

int run(const Program& program, const Options& options, const QueryRequest& request) {
  const auto quorum = quorum_of(options);
  if (!quorum) {
    return fail("Error", quorum.error());
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const auto format = format_of(program, options);
  return format ? ask(program, *client, request, *format, *quorum) : 1;
}

}  // namespace

std::string help_query(const Program& program) {
  return Options(program).help(program);
}

int run_query(const Program& program, Args args) {
  Options options(program);
  const auto rest = parse_flags(options.flags, args, options.help(program));
  if (!rest) {
    return 1;
  }
  const auto tags = parse_tags(options.tags);
  if (!tags) {
    return fail("Error", tags.error());
  }
  if (const auto flaw = program.is_serf ? std::nullopt : flaw_of(*tags)) {
    return fail("Error", *flaw);
  }
  const auto query = parse_named_payload(*rest, "A query name must be specified.", options.help(program));
  if (!query) {
    return 1;
  }
  if (options.relay_factor < 0 || options.relay_factor > relay_factor_max) {
    print_failure("Relay factor must be between 0 and 255");
    return 1;
  }
  return run(program, options,
             {.filter_nodes = {options.nodes.begin(), options.nodes.end()},
              .filter_tags = *tags,
              .request_ack = !options.no_ack,
              .relay_factor = static_cast<std::uint8_t>(options.relay_factor),
              .timeout_ns = options.timeout.count(),
              .name = query->name,
              .payload = query->payload});
}

}  // namespace hearsay::cli
