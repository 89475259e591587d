// Which agent a command talks to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/config/flags.h"
#include "agent/rpc/client.h"
#include "cli/command.h"

namespace hearsay::cli {

/// -rpc-addr and -rpc-auth, or SERF_RPC_ADDR and SERF_RPC_AUTH, or this host's agent.
struct RpcOptions {
  RpcOptions();

  std::string address;
  std::string auth_key;

  [[nodiscard]] agent::Flag address_flag() {
    return {"rpc-addr", &address, "=127.0.0.1:7373", "RPC address of the agent."};
  }
  [[nodiscard]] agent::Flag auth_flag() {
    return {"rpc-auth", &auth_key, "=\"\"", "RPC token of the agent."};
  }
};

/// Nothing: why has been printed. As `serf` addresses are read by its rules.
[[nodiscard]] std::optional<agent::rpc::Client> connect(const Program& program, const RpcOptions& options);

/// Prints "what: error"; returns the exit status.
int fail(std::string_view what, std::string_view error);

}  // namespace hearsay::cli
