#include "cli/command.h"
#include "cli/console.h"
#include "cli/fetch.h"
#include "cli/format.h"
#include "cli/rpc_options.h"
#include "cli/tag_args.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  bool detailed = false;
  std::string format = "text";
  std::string name;
  std::string role;
  std::string status;
  std::vector<std::string> tags;
  agent::FlagSet flags{
      {"detailed", &detailed, "", "Show protocol versions, too (in text only)."},
      {"format", &format, "=FORMAT", format_help},
      {"name", &name, "=PATTERN", "Only members of a matching name."},
      {"role", &role, "=PATTERN", "Deprecated: the same as -tag role=PATTERN."},
      {"status", &status, "=PATTERN", "Only members in a matching state:\nalive, leaving, left or failed."},
      {"tag", &tags, " KEY=PATTERN", "Only members with a matching tag. Repeated: all\nmust match."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "members [options]",
                     "  Lists the members that the agent knows. Patterns are regular expressions and match\n"
                     "  whole values.",
                     flags);
  }
};

/// Asks, and prints the answer; returns the exit status.
int list(const Program& program, const Options& options, const agent::rpc::TextPairs& tags) {
  auto client = connect(program, options.rpc);
  if (!client) {
    return 1;
  }
  const auto members = fetch_members(*client, {tags, options.status, options.name});
  if (!members) {
    return fail("Error retrieving members", members.error());
  }
  const auto format = parse_format(options.format);
  if (!format) {
    return 1;
  }
  print(*format == Format::json ? members_as_json(*members) : members_as_text(*members, options.detailed));
  return 0;
}

}  // namespace

std::string help_members(const Program& program) {
  return Options().help(program);
}

int run_members(const Program& program, Args args) {
  Options options;
  if (!parse_flags(options.flags, args, options.help(program))) {
    return 1;
  }
  if (!options.role.empty()) {
    print("Deprecation warning: 'Role' has been replaced with 'Tags'");
    options.tags.push_back("role=" + options.role);
  }
  const auto tags = parse_tags(options.tags);
  return tags ? list(program, options, *tags) : fail("Error", tags.error());
}

}  // namespace hearsay::cli
