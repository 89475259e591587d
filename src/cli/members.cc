#include <unistd.h>

#include "cli/choice.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/fetch.h"
#include "cli/format.h"
#include "cli/member_selection.h"
#include "cli/member_view.h"
#include "cli/paint.h"
#include "cli/rpc_options.h"
#include "cli/tag_args.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

constexpr int too_few = 3;  // the exit status

struct Options {
  RpcOptions rpc;
  bool detailed = false;
  std::string role;
  MemberSelection selection;
  MemberViewFlags view;
  std::int64_t require = 0;
  bool quiet = false;
  agent::FlagSet flags;

  explicit Options(const Program& program) : flags(table(program)) {}

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "members [options]",
                     "  Lists the members that the agent knows. Patterns are regular expressions and match\n"
                     "  whole values.",
                     flags);
  }

 private:
  /// Serf's, and for our own name what scripts ask for.
  std::vector<agent::Flag> table(const Program& program) {
    std::vector<agent::Flag> out{
        {"detailed", &detailed, "", "Show protocol versions, too (in text only)."},
        {"role", &role, "=PATTERN", "Deprecated: the same as -tag role=PATTERN."},
    };
    selection.add_flags(out);
    if (program.is_serf) {
      out.push_back({"format", &view.format, "=FORMAT", format_help});
    } else {
      view.add_to(out);
      out.push_back({"require", &require, "=N", "End with status 3 if fewer than N match."});
      out.push_back({"quiet", &quiet, "", "Print nothing: the exit status says it."});
    }
    out.push_back(rpc.address_flag());
    out.push_back(rpc.auth_flag());
    return out;
  }
};

/// As Serf does it, from the mistakes to the output.
int list_as_serf(const Program& program, const Options& options) {
  const auto tags = parse_tags(options.selection.tags);
  if (!tags) {
    return fail("Error", tags.error());
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const auto members = fetch_members(*client, {*tags, options.selection.status, options.selection.name});
  if (!members) {
    return fail("Error retrieving members", members.error());
  }
  const auto format = parse_format(program, options.view.format);
  if (!format) {
    return 1;
  }
  print(*format == Format::json ? members_as_json(*members) : members_as_text(*members, options.detailed));
  return 0;
}

std::string detailed_text(const std::vector<ListedMember>& members) {
  MemberList rows;
  for (const ListedMember& member : members) {
    rows.push_back(member.row);
  }
  return members_as_text(rows, true);
}

void show(const Options& options, const MemberView& view, const std::vector<ListedMember>& members) {
  const bool in_words = options.detailed && view.format == MemberFormat::text && view.fields.empty();
  const std::string text = in_words ? detailed_text(members)
                                    : show_members(view.format, view.fields, members,
                                                   takes_colour(STDOUT_FILENO) ? Colour::on : Colour::off);
  if (!text.empty()) {
    print(text);
  }
}

/// Whether there are enough; returns the exit status.
int judge(const Options& options, std::size_t matching) {
  if (static_cast<std::int64_t>(matching) >= options.require) {
    return 0;
  }
  if (!options.quiet) {
    print_failure("Too few: " + std::to_string(matching) + " " + options.selection.describe(matching == 1) +
                  ", and " + std::to_string(options.require) + " are required");
  }
  return too_few;
}

int list(const Program& program, const Options& options) {
  const auto request = options.selection.request();
  const auto view = options.view.parse();
  if (!request || !view) {
    return fail("Error", request ? view.error() : request.error());
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  auto listing = fetch_listing(*client, *request);
  if (!listing) {
    return fail("Error retrieving members", listing.error());
  }
  if (view->needs_rtt()) {
    if (const auto done = fetch_round_trips(*client, *listing); !done) {
      return fail("Error getting coordinates", done.error());
    }
  }
  const std::size_t matching = listing->members.size();
  view->arrange(listing->members);
  if (!options.quiet) {
    show(options, *view, listing->members);
  }
  return judge(options, matching);
}

}  // namespace

std::string help_members(const Program& program) {
  return Options(program).help(program);
}

int run_members(const Program& program, Args args) {
  Options options(program);
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return 1;
  }
  if (!options.role.empty()) {
    print_failure("Deprecation warning: 'Role' has been replaced with 'Tags'");
    options.selection.tags.push_back("role=" + options.role);
  }
  return program.is_serf ? list_as_serf(program, options) : list(program, options);
}

}  // namespace hearsay::cli
