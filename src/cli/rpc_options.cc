#include "cli/rpc_options.h"

#include <cstdlib>

#include "cli/console.h"

namespace hearsay::cli {
namespace {

/// An empty variable counts as none.
std::string environment(const char* name, const char* fallback) {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

}  // namespace

RpcOptions::RpcOptions()
    : address(environment("SERF_RPC_ADDR", "127.0.0.1:7373")), auth_key(environment("SERF_RPC_AUTH", "")) {}

std::optional<agent::rpc::Client> connect(const Program& program, const RpcOptions& options) {
  using enum agent::rpc::AddressRules;
  auto client =
      agent::rpc::Client::connect(options.address, options.auth_key, program.is_serf ? serfs : ours);
  if (!client) {
    fail("Error connecting to Serf agent", client.error());
    return std::nullopt;
  }
  return *std::move(client);
}

int fail(std::string_view what, std::string_view error) {
  std::string line(what);
  line.append(": ").append(error);
  print(line);
  return 1;
}

}  // namespace hearsay::cli
