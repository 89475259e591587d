#include "agent/config/flags.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "agent/config/duration.h"
#include "agent/config/quote.h"

namespace hearsay::agent {
namespace {

constexpr std::size_t help_column = 28;

/// One argument taken apart: `-name` or `-name=value`.
struct Argument {
  std::string_view name;
  std::optional<std::string_view> value;
};

bool is_flag(std::string_view arg) {
  return arg.size() >= 2 && arg.front() == '-';
}

FlagError mistake(std::string text) {
  return {FlagError::Kind::mistake, std::move(text)};
}

tl::expected<Argument, FlagError> take_apart(std::string_view arg) {
  std::string_view name = arg.substr(arg.starts_with("--") ? 2 : 1);
  if (name.empty() || name.front() == '-' || name.front() == '=') {
    return tl::unexpected(mistake("bad flag syntax: " + std::string(arg)));
  }
  const std::size_t equals = name.find('=');
  if (equals == std::string_view::npos) {
    return Argument{name, std::nullopt};
  }
  return Argument{name.substr(0, equals), name.substr(equals + 1)};
}

/// Why a value cannot be assigned, or nullptr. One overload for each kind of target.
const char* assign(bool& target, std::string_view value) {
  constexpr std::string_view yes[] = {"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::string_view no[] = {"0", "f", "F", "false", "FALSE", "False"};
  target = std::ranges::find(yes, value) != std::end(yes);
  return target || std::ranges::find(no, value) != std::end(no) ? nullptr : "parse error";
}

const char* assign(std::string& target, std::string_view value) {
  target = value;
  return nullptr;
}

const char* assign(std::vector<std::string>& target, std::string_view value) {
  target.emplace_back(value);
  return nullptr;
}

const char* assign(std::int64_t& target, std::string_view value) {
  const char* const end = value.data() + value.size();
  const bool plus = value.starts_with('+') && !value.starts_with("+-");
  const auto [stop, error] = std::from_chars(value.data() + (plus ? 1 : 0), end, target);
  if (error == std::errc::result_out_of_range) {
    return "value out of range";
  }
  return error == std::errc() && stop == end ? nullptr : "parse error";
}

const char* assign(std::chrono::nanoseconds& target, std::string_view value) {
  const auto parsed = parse_go_duration(value);
  if (!parsed) {
    return "parse error";
  }
  target = *parsed;
  return nullptr;
}

std::optional<FlagError> set(const Flag& flag, std::string_view value) {
  const char* const error = std::visit([&](auto* target) { return assign(*target, value); }, flag.target);
  if (error == nullptr) {
    return std::nullopt;
  }
  const bool boolean = std::holds_alternative<bool*>(flag.target);
  return mistake((boolean ? "invalid boolean value " : "invalid value ") + quote(value) +
                 (boolean ? " for -" : " for flag -") + std::string(flag.name) + ": " + error);
}

/// A flag that the table does not have.
FlagError unknown(std::string_view name) {
  if (name == "h" || name == "help") {
    return {FlagError::Kind::help, "flag: help requested"};
  }
  return mistake("flag provided but not defined: -" + std::string(name));
}

void append_row(std::string& out, const Flag& flag) {
  std::string left = "  -" + std::string(flag.name) + std::string(flag.example);
  left.resize(std::max(left.size() + 1, help_column), ' ');
  out += left;
  for (const char c : flag.help) {
    out += c;
    if (c == '\n') {
      out.append(help_column, ' ');
    }
  }
  out += '\n';
}

}  // namespace

const Flag* FlagSet::find(std::string_view name) const {
  const auto found = std::ranges::find(flags_, name, &Flag::name);
  return found == flags_.end() ? nullptr : &*found;
}

tl::expected<std::span<const std::string_view>, FlagError> FlagSet::parse(
    std::span<const std::string_view> args) {
  while (!args.empty() && is_flag(args.front())) {
    const std::string_view arg = args.front();
    args = args.subspan(1);
    if (arg == "--") {
      break;
    }
    auto taken = take_apart(arg);
    if (!taken) {
      return tl::unexpected(taken.error());
    }
    const Flag* const flag = find(taken->name);
    if (flag == nullptr) {
      return tl::unexpected(unknown(taken->name));
    }
    if (!taken->value && std::holds_alternative<bool*>(flag->target)) {
      taken->value = "true";
    } else if (!taken->value && !args.empty()) {
      taken->value = args.front();
      args = args.subspan(1);
    }
    if (!taken->value) {
      return tl::unexpected(mistake("flag needs an argument: -" + std::string(flag->name)));
    }
    if (auto error = set(*flag, *taken->value)) {
      return tl::unexpected(*std::move(error));
    }
    given_.push_back(flag->name);
  }
  return args;
}

bool FlagSet::given(std::string_view name) const {
  return std::ranges::find(given_, name) != given_.end();
}

std::string FlagSet::usage() const {
  std::string out;
  for (const Flag& flag : flags_) {
    append_row(out, flag);
  }
  return out;
}

}  // namespace hearsay::agent
