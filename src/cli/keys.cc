#include <algorithm>

#include "cli/columns.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  std::string install;
  std::string use;
  std::string remove;
  bool list = false;
  agent::FlagSet flags{
      {"install", &install, "=KEY", "Add a key: members can open what it sealed."},
      {"use", &use, "=KEY", "Make an installed key the primary one: members seal\nwith it."},
      {"remove", &remove, "=KEY", "Take away a key that is not the primary one."},
      {"list", &list, "", "List the keys, and how many members have each."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "keys [options]",
        "  Changes the gossip keys of every member, while the cluster runs. One action at a time. The\n"
        "  exit status is 0 only if every member did it: repeat what failed before the next step.",
        flags);
  }
};

/// One of the things that can be done with keys.
struct Action {
  std::string_view command;
  std::string_view key;  // empty: list
  std::string_view begun;
  std::string_view done;
  std::string_view failed;
};

std::vector<Action> asked_for(const Options& options) {
  std::vector<Action> out;
  if (options.list) {
    out.push_back({"list-keys", "", "Asking all members for installed keys...",
                   "Keys gathered, listing cluster keys...", "Failed to gather member keys"});
  }
  const Action with_key[] = {
      {"install-key", options.install, "Installing key on all members...", "Successfully installed key!",
       "Error installing key"},
      {"use-key", options.use, "Changing primary key on all members...", "Successfully changed primary key!",
       "Error changing primary key"},
      {"remove-key", options.remove, "Removing key on all members...", "Successfully removed key!",
       "Error removing key"},
  };
  std::ranges::copy_if(with_key, std::back_inserter(out), [](const Action& a) { return !a.key.empty(); });
  return out;
}

void print_heading(std::string_view text) {
  print(std::string("==> ").append(text));
}

void print_messages(std::string_view what, const agent::rpc::TextPairs& messages) {
  std::vector<std::string> lines;
  for (const auto& [member, message] : messages) {
    lines.push_back(std::string(what).append(" | ").append(member).append(" | ").append(message));
  }
  if (!lines.empty()) {
    print(align_columns(lines));
  }
}

void print_keys(const agent::rpc::KeyResponse& response) {
  std::vector<std::string> lines;
  for (const auto& [key, members] : response.keys.value_or(decltype(response.keys)::value_type())) {
    lines.push_back(std::string(key).append(" | [").append(std::to_string(members)).append("/"));
    lines.back().append(std::to_string(response.nodes)).append("]");
  }
  print("");
  print(align_columns(lines));
}

int run(const Program& program, agent::rpc::Client& client, const Action& action) {
  print_heading(action.begun);
  const auto answer = action.key.empty() ? client.ask(action.command)
                                         : client.ask(action.command, agent::rpc::KeyRequest{action.key});
  agent::rpc::KeyResponse response;
  agent::rpc::Reader in(answer ? answer->body : swim::Bytes{});
  if (!in.rest().empty()) {
    decode(in, response);
  }
  const std::string error = !answer ? answer.error() : in.failed() ? "undecodable answer" : answer->error;
  if (!error.empty()) {
    print_messages("failed:", response.messages);
    print("");
    return fail(action.failed, error);
  }
  print_heading(action.done);
  if (action.key.empty()) {
    print_keys(response);
  }
  if (!program.is_serf) {
    print_messages("note:", response.messages);  // lists that were cut; Serf keeps silent about them
  }
  return 0;
}

}  // namespace

std::string help_keys(const Program& program) {
  return Options().help(program);
}

int run_keys(const Program& program, Args args) {
  Options options;
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return 1;
  }
  const std::vector<Action> actions = asked_for(options);
  if (actions.size() > 1) {
    print_failure("Only one of -install, -use, -remove, or -list allowed");
    return 1;
  }
  if (actions.empty()) {
    print_failure(options.help(program));
    return 1;
  }
  auto client = connect(program, options.rpc);
  return client ? run(program, *client, actions.front()) : client.error();
}

}  // namespace hearsay::cli
