// Command-line flags in Go's syntax, which Serf's users type.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

namespace hearsay::agent {

/// Why parsing stopped: the user asked for help, or made the mistake that `text` names.
struct FlagError {
  enum class Kind : std::uint8_t { help, mistake } kind;
  std::string text;
};

/// One row of a command's table. A list takes a value each time the flag is given; every other
/// target keeps the last one, and what it held before is the default.
struct Flag {
  using Target =
      std::variant<bool*, std::string*, std::vector<std::string>*, std::int64_t*, std::chrono::nanoseconds*>;

  std::string_view name;     // without dashes
  Target target;             // outlives the FlagSet
  std::string_view example;  // what usage shows after the name, "=127.0.0.1:7373"; or empty
  std::string_view help;     // lines of at most 52 columns, separated by \n
};

/// `-x v`, `-x=v` and the same with two dashes; a boolean is `-x` or `-x=false`, never `-x false`.
/// Names are matched whole. Parsing stops at `--`, at `-` and at the first argument without a dash.
class FlagSet {
 public:
  FlagSet(std::initializer_list<Flag> flags) : flags_(flags) {}
  explicit FlagSet(std::vector<Flag> flags) : flags_(std::move(flags)) {}

  /// Assigns the targets and returns the arguments that are left, as a part of `args`. After an
  /// error some targets may have been assigned. The texts are Go's:
  /// `flag provided but not defined: -x`, `flag needs an argument: -x`,
  /// `invalid boolean value "z" for -x: parse error`, `invalid value "z" for flag -x: parse error`.
  /// `-h` and `-help` ask for help unless the table has flags of that name.
  [[nodiscard]] tl::expected<std::span<const std::string_view>, FlagError> parse(
      std::span<const std::string_view> args);

  /// Whether parse() met the flag, whatever its value.
  [[nodiscard]] bool given(std::string_view name) const;

  /// The table for people, one flag after the other: `  -name=example   help`.
  [[nodiscard]] std::string usage() const;

 private:
  [[nodiscard]] const Flag* find(std::string_view name) const;

  std::vector<Flag> flags_;
  std::vector<std::string_view> given_;
};

}  // namespace hearsay::agent
