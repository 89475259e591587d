// Which agent a command talks to.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

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

/// The exit status where there is no agent; under the name `serf` that is 1, as everything is.
inline constexpr int no_agent = 2;

/// The error is the exit status; why has been printed. As `serf` addresses are read by its rules.
[[nodiscard]] tl::expected<agent::rpc::Client, int> connect(const Program& program,
                                                            const RpcOptions& options);

/// What a command begins with that takes flags alone. The error as that of connect().
template <class Options>
[[nodiscard]] tl::expected<agent::rpc::Client, int> parse_and_connect(const Program& program,
                                                                      Options& options, Args args) {
  if (!parse_flags_alone(options.flags, args, options.help(program))) {
    return tl::unexpected(1);
  }
  return connect(program, options.rpc);
}

/// Prints "what: error"; returns the exit status.
int fail(std::string_view what, std::string_view error);

}  // namespace hearsay::cli
