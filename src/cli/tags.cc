#include "cli/command.h"
#include "cli/console.h"
#include "cli/rpc_options.h"
#include "cli/tag_args.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  std::vector<std::string> set;
  std::vector<std::string> remove;
  agent::FlagSet flags{
      {"set", &set, " KEY=VALUE", "Add a tag or change its value. May be repeated."},
      {"delete", &remove, " KEY", "Remove a tag. May be repeated. Removed first, then\nset."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "tags [options]", "  Changes the tags of the running agent.", flags);
  }
};

}  // namespace

std::string help_tags(const Program& program) {
  return Options().help(program);
}

int run_tags(const Program& program, Args args) {
  Options options;
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return 1;
  }
  if (options.set.empty() && options.remove.empty()) {
    print_failure(options.help(program));
    return 1;
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const auto set = parse_tags(options.set);
  if (!set) {
    return fail("Error", set.error());
  }
  const agent::rpc::TagsRequest request{*set, {options.remove.begin(), options.remove.end()}};
  if (const auto done = client->call("tags", request); !done) {
    return fail("Error setting tags", done.error());
  }
  print("Successfully updated agent tags");
  return 0;
}

}  // namespace hearsay::cli
