#include <unistd.h>

#include <array>

#include "cli/choice.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/doctor/examination.h"
#include "cli/doctor/report.h"
#include "cli/format.h"
#include "cli/paint.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

constexpr int something_found = 3;  // the exit status

struct Options {
  RpcOptions rpc;
  std::string format = "text";
  bool verbose = false;
  agent::FlagSet flags{
      {"format", &format, "=FORMAT", format_help},
      {"verbose", &verbose, "", "Show what was measured of each member, too."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "doctor [options] [NODE]",
        "  Says why a node looks failed or flaps, with the evidence and a remedy; without a name it\n"
        "  examines the agent and its members, those that failed first. Run it on the agent's\n"
        "  host. Ends with status 0 if nothing is wrong, and 3 if something was found.",
        flags);
  }
};

std::string show(const doctor::Examination& examination, const Options& options) {
  if (options.format == "json") {
    return doctor::as_json(examination);
  }
  return doctor::as_text(examination,
                         options.verbose ? doctor::Detail::measurements : doctor::Detail::findings,
                         takes_colour(STDOUT_FILENO) ? Colour::on : Colour::off);
}

}  // namespace

std::string help_doctor(const Program& program) {
  return Options().help(program);
}

int run_doctor(const Program& program, Args args) {
  Options options;
  const auto rest = parse_flags(options.flags, args, options.help(program));
  if (!rest) {
    return 1;
  }
  if (rest->size() > 1) {
    return fail("Error", "give one NODE, or none to examine all");
  }
  constexpr std::array<std::string_view, 2> formats = {"text", "json"};
  if (const auto format = choose("format", options.format, formats); !format) {
    return fail("Error", format.error());
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const auto result =
      doctor::examine(options.rpc, *client, rest->empty() ? std::string_view() : rest->front());
  if (!result) {
    return fail("Error", result.error());
  }
  print(show(*result, options));
  return result->findings.empty() ? 0 : something_found;
}

}  // namespace hearsay::cli
