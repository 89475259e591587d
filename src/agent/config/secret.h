// Secrets in a configuration, and how they get there without being seen.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/config/config.h"

namespace hearsay::agent {

/// `file:PATH`, `fd:N` and `env:NAME` say where the secret is: it is read from there, white space around it
/// left out, the descriptor closed, the variable taken out of the environment, which event handlers inherit.
/// Anything else is the secret itself. The error is one line, without the secret.
[[nodiscard]] tl::expected<std::string, std::string> read_secret(std::string_view text);

/// Overwrites it.
void wipe(std::string& secret) noexcept;

/// The same configuration, with encrypt_key only good for telling whether it has changed. That of a flag
/// counts as never changed: it has been wiped from the command line.
[[nodiscard]] Config without_secrets(Config config);

/// Overwrites the value of -encrypt in the process's arguments, which every user can read, if it is a key.
/// `args` must be those of main().
void wipe_from_arguments(std::span<const char* const> args);

}  // namespace hearsay::agent
