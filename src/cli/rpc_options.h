// Which agent a command talks to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/config/flags.h"
#include "agent/rpc/client.h"
#include "cli/command.h"
#include "cli/usage.h"

namespace hearsay::cli {

/// -rpc-addr and -rpc-auth, or HEARSAY_RPC_ADDR and HEARSAY_RPC_AUTH, or the same with SERF_, or this host's
/// agent.
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

/// What a command begins with that takes flags alone. Nothing: why has been printed.
template <class Options>
[[nodiscard]] std::optional<agent::rpc::Client> parse_and_connect(const Program& program, Options& options,
                                                                  Args args) {
  if (!parse_flags(options.flags, args, options.help(program))) {
    return std::nullopt;
  }
  return connect(program, options.rpc);
}

/// Prints "what: error"; returns the exit status.
int fail(std::string_view what, std::string_view error);

}  // namespace hearsay::cli
