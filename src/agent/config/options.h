// The one table of what can be configured: flags, JSON keys, defaults and help come from it.
#pragma once

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/flags.h"

namespace hearsay::agent {

/// A boolean key that is accepted and has no effect.
struct Ignored {};
/// A key whose value is an object; what may stand in it are the rows "key.NAME".
struct Section {};

struct Option {
  using Field = std::variant<bool Config::*, std::string Config::*, std::vector<std::string> Config::*,
                             std::int64_t Config::*, std::chrono::nanoseconds Config::*, swim::Tags Config::*,
                             Ignored, Section>;

  std::string_view flag;  // without dashes; empty: no flag
  std::string_view key;   // in JSON; empty: no key
  Field field;
  std::string_view fallback;  // the default as text; empty: none
  std::string_view example;   // as in Flag
  std::string_view help;      // as in Flag

  /// What messages and Config::origins call it.
  [[nodiscard]] std::string_view name() const noexcept { return key.empty() ? flag : key; }
};

[[nodiscard]] std::span<const Option> options() noexcept;
/// By JSON key, in any case; null if there is none.
[[nodiscard]] const Option* find_option(std::string_view key) noexcept;

/// Every field at the default of the table.
[[nodiscard]] Config default_config();
/// Flags that write into `target`, which they must not outlive.
[[nodiscard]] FlagSet agent_flags(Config& target);

/// Lays `over` on `base`: what is not empty wins, lists are appended, tags merged by key, booleans
/// only switched on.
void merge(Config& base, const Config& over);

}  // namespace hearsay::agent
