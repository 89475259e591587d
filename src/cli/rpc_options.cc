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

/// Where nobody can listen or nobody does, what to do is said too.
std::string with_remedy(const std::string& error, const std::string& address) {
  if (address.starts_with('/')) {
    return error + ". A local socket is written unix://" + address;
  }
  const bool is_nobody =
      error.ends_with("connection refused") || error.ends_with("no such file or directory");
  return is_nobody ? error + ". Start one with `hearsay agent`, or say where it is with -rpc-addr" : error;
}

}  // namespace

RpcOptions::RpcOptions()
    : address(environment("HEARSAY_RPC_ADDR", "SERF_RPC_ADDR", "127.0.0.1:7373")),
      auth_key(environment("HEARSAY_RPC_AUTH", "SERF_RPC_AUTH", "")) {}

tl::expected<agent::rpc::Client, int> connect(const Program& program, const RpcOptions& options) {
  using enum agent::rpc::AddressRules;
  auto client =
      agent::rpc::Client::connect(options.address, options.auth_key, program.is_serf ? serfs : ours);
  if (!client && program.is_serf) {
    fail("Error connecting to Serf agent", client.error());
    return tl::unexpected(1);
  }
  if (!client) {
    fail("Error connecting to the agent", with_remedy(client.error(), options.address));
    return tl::unexpected(no_agent);
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
