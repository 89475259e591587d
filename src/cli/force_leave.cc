#include "cli/command.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  bool prune = false;
  agent::FlagSet flags{
      {"prune", &prune, "", "Erase the member instead of listing it as left."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "force-leave [options] NAME",
                     "  Declares a failed member gone for good: it is listed as left, and nobody tries to\n"
                     "  reach it any more. A member that still runs comes back by itself.",
                     flags);
  }
};

}  // namespace

std::string help_force_leave(const Program& program) {
  return Options().help(program);
}

int run_force_leave(const Program& program, Args args) {
  Options options;
  const auto rest = parse_flags(options.flags, args, options.help(program));
  if (!rest) {
    return 1;
  }
  if (rest->size() != 1) {
    return refuse("A node name must be specified to force leave.", options.help(program));
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const auto done = client->call("force-leave", agent::rpc::ForceLeaveRequest{rest->front(), options.prune});
  return done ? 0 : fail("Error force leaving", done.error());
}

}  // namespace hearsay::cli
