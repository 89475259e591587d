#include <algorithm>
#include <iterator>
#include <vector>

#include "agent/config/options.h"
#include "agent/run.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/usage.h"

namespace hearsay::cli {

std::string help_agent(const Program& program) {
  agent::Config config;
  return help_text(
      program, "agent [options]",
      "  Runs an agent, one member of the cluster, until it is interrupted or told to leave.\n"
      "\n"
      "  An event handler is SCRIPT, which sees every event, or FILTER=SCRIPT, where FILTER is a\n"
      "  comma list of member-join, member-leave, member-failed, member-update, member-reap,\n"
      "  user, user:NAME, query, query:NAME and *. Behind a member event may stand\n"
      "  [KEY=PATTERN]: only for members with a matching tag.",
      agent::agent_flags(config));
}

int run_agent(const Program& program, Args args) {
  // -h and -help were answered before; this is what else Go takes for them, --h or -help=1.
  agent::Config unused;
  const auto flags = agent::agent_flags(unused).parse(args);
  if (!flags && flags.error().kind == agent::FlagError::Kind::help) {
    print(help_agent(program));
    return 1;
  }
  // These are whole arguments of main(), so each ends with a NUL.
  std::vector<const char*> texts;
  std::ranges::transform(args, std::back_inserter(texts), [](std::string_view arg) { return arg.data(); });
  return agent::run_agent(texts, program.is_serf);
}

}  // namespace hearsay::cli
