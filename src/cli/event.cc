#include "cli/command.h"
#include "cli/console.h"
#include "cli/named_payload.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

struct Options {
  RpcOptions rpc;
  bool coalesce = true;
  agent::FlagSet flags{
      {"coalesce", &coalesce, "=true/false",
       "Whether members may merge this event with others\nof its name and keep the newest. True by default."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(program, "event [options] NAME [PAYLOAD]", "  Sends a user event to every member.",
                     flags);
  }
};

}  // namespace

std::string help_event(const Program& program) {
  return Options().help(program);
}

int run_event(const Program& program, Args args) {
  Options options;
  const auto rest = parse_flags(options.flags, args, options.help(program));
  if (!rest) {
    return 1;
  }
  const auto event = parse_named_payload(*rest, "An event name must be specified.", options.help(program));
  if (!event) {
    return 1;
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  const auto sent =
      client->call("event", agent::rpc::EventRequest{event->name, event->payload, options.coalesce});
  if (!sent) {
    return fail("Error sending event", sent.error());
  }
  print("Event '" + std::string(event->name) +
        "' dispatched! Coalescing enabled: " + (options.coalesce ? "true" : "false"));
  return 0;
}

}  // namespace hearsay::cli
