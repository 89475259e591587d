#include "cli/command.h"
#include "cli/console.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  agent::FlagSet flags{rpc.address_flag(), rpc.auth_flag()};

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "leave [options]",
                     "  Makes the agent say goodbye to the cluster and end. The others list it as left, not\n"
                     "  as failed.",
                     flags);
  }
};

}  // namespace

std::string help_leave(const Program& program) {
  return Options().help(program);
}

int run_leave(const Program& program, Args args) {
  Options options;
  auto client = parse_and_connect(program, options, args);
  if (!client) {
    return client.error();
  }
  const auto left = client->call("leave");
  if (!left) {
    return fail("Error leaving", left.error());
  }
  print("Graceful leave complete");
  return 0;
}

}  // namespace hearsay::cli
