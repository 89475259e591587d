#include "agent/joiner.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  bool replay = false;
  agent::FlagSet flags{
      {"replay", &replay, "", "Deliver user events from before the join, too."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "join [options] ADDRESS...",
                     "  Makes the agent join the cluster of the agents at these addresses. One that answers\n"
                     "  is enough.",
                     flags);
  }
};

}  // namespace

std::string help_join(const Program& program) {
  return Options().help(program);
}

int run_join(const Program& program, Args args) {
  Options options;
  const auto addresses = parse_flags(options.flags, args, options.help(program));
  if (!addresses) {
    return 1;
  }
  if (addresses->empty()) {
    return refuse("At least one address to join must be specified.", options.help(program));
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const agent::rpc::JoinRequest request{{addresses->begin(), addresses->end()}, options.replay};
  const auto body = client->fetch("join", request);
  if (!body) {
    return fail("Error joining the cluster", program.is_serf ? body.error() : agent::one_line(body.error()));
  }
  agent::rpc::Reader in(*body);
  agent::rpc::JoinResponse joined;
  decode(in, joined);
  print("Successfully joined cluster by contacting " + std::to_string(joined.contacted) + " nodes.");
  return 0;
}

}  // namespace hearsay::cli
