// The configuration after every check: what the agent is built from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/config/config.h"
#include "agent/hooks/spec.h"
#include "agent/log.h"
#include "agent/mdns/scope.h"
#include "agent/metrics/target.h"
#include "agent/net/local_socket.h"
#include "swim/config.h"

namespace hearsay::agent {

struct Settings {
  Config given;  // with defaults, names and texts as the user wrote them
  /// Without seed, nonce bits and snapshot clocks. A port of 0 is for the kernel to choose;
  /// `advertise.port` follows the bind port unless -advertise was given.
  swim::Config node;
  swim::Endpoint bind;
  swim::Endpoint rpc;
  std::string rpc_path;  // a local socket instead; or empty
  net::LocalSocket::Rights rpc_rights;
  unsigned link = 0;                     // see loop::Loop::link()
  std::optional<mdns::Scope> discovery;  // of -discover
  std::optional<metrics::Target> statsd;
  std::optional<metrics::Target> statsite;
  LogLevel log_level = LogLevel::info;
  std::optional<std::uint8_t> syslog_facility;  // nothing: no syslog
  std::vector<hooks::Spec> handlers;
  std::vector<std::string> warnings;  // to show, a line each
};

/// Reads the files that the configuration names (keyring, tags) and resolves the names in it. The
/// error is one line: what is wrong, which flag or file says so, what to do.
[[nodiscard]] tl::expected<Settings, std::string> check_config(Config config);

/// What a running agent goes on with.
struct Running {
  std::uint8_t protocol;
  LogLevel log_level;
  std::string tags_file;
};

/// The part of it that a running agent takes over when its configuration is read anew: log_level,
/// handlers, node.tags and what there is to warn of. Looks at nothing else and resolves nothing, so
/// it does not wait. A log level that is none is a warning, and the old one stays.
[[nodiscard]] tl::expected<Settings, std::string> check_reloaded_config(Config config,
                                                                        const Running& running);

}  // namespace hearsay::agent
