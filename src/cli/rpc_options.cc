#include "cli/rpc_options.h"

#include <cstdlib>

#include "cli/console.h"

namespace hearsay::cli {
namespace {

/// Our variable, else Serf's; an empty one counts as none.
std::string environment(const char* ours, const char* serfs, const char* fallback) {
  for (const char* const name : {ours, serfs}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return value;
    }
  }
  return fallback;
}

}  // namespace

RpcOptions::RpcOptions()
    : address(environment("HEARSAY_RPC_ADDR", "SERF_RPC_ADDR", "127.0.0.1:7373")),
      auth_key(environment("HEARSAY_RPC_AUTH", "SERF_RPC_AUTH", "")) {}

tl::expected<agent::rpc::Client, int> connect(const Program& program, const RpcOptions& options) {
  using enum agent::rpc::AddressRules;
  auto client =
      agent::rpc::Client::connect(options.address, options.auth_key, program.is_serf ? serfs : ours);
  if (!client) {
    fail(program.is_serf ? "Error connecting to Serf agent" : "Error connecting to the agent",
         client.error());
    return tl::unexpected(program.is_serf ? 1 : no_agent);
  }
  return *std::move(client);
}

int fail(std::string_view what, std::string_view error) {
  std::string line(what);
  line.append(": ").append(error);
  print_failure(line);
  return 1;
}

}  // namespace hearsay::cli
