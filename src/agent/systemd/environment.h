// The variables by which a service manager speaks to a process it starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hearsay::agent::systemd {

/// The variable's value, which is taken away so that no child inherits it.
[[nodiscard]] std::optional<std::string> take_variable(const char* name);

/// As a decimal number; nothing if it is none.
[[nodiscard]] std::optional<std::uint64_t> take_number(const char* name);

/// Whether a variable such as LISTEN_PID names this process; takes it away.
[[nodiscard]] bool take_is_this_process(const char* name);

}  // namespace hearsay::agent::systemd
