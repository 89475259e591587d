#include "cli/command.h"
#include "cli/console.h"
#include "cli/fetch.h"
#include "cli/format.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  std::string format = "text";
  agent::FlagSet flags{
      {"format", &format, "=FORMAT", format_help},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "info [options]", "  Shows figures about the agent, for operators.", flags);
  }
};

}  // namespace

std::string help_info(const Program& program) {
  return Options().help(program);
}

int run_info(const Program& program, Args args) {
  Options options;
  auto client = parse_and_connect(program, options, args);
  if (!client) {
    return client.error();
  }
  const auto stats = fetch_stats(*client);
  if (!stats) {
    return fail("Error querying agent", stats.error());
  }
  const auto format = parse_format(program, options.format);
  if (!format) {
    return 1;
  }
  print(*format == Format::json ? stats_as_json(*stats) : stats_as_text(*stats));
  return 0;
}

}  // namespace hearsay::cli
