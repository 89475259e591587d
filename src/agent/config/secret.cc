#include "agent/config/secret.h"

#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "agent/fd.h"
#include "agent/rpc/fingerprint.h"
#include "agent/state/file.h"

namespace hearsay::agent {
namespace {

using Secret = tl::expected<std::string, std::string>;
using Failure = tl::unexpected<std::string>;

constexpr std::size_t bytes_max = 4096;
constexpr std::string_view from_file = "file:", from_descriptor = "fd:", from_environment = "env:";

Secret trimmed(std::string text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(space);
  std::string out = begin == std::string::npos ? std::string()
                                               : text.substr(begin, text.find_last_not_of(space) - begin + 1);
  wipe(text);
  if (out.empty()) {
    return Failure("there is none in it");
  }
  return out;
}

Secret read_descriptor(std::string_view text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) {
    return Failure("fd: wants the number of an open descriptor");
  }
  const Fd descriptor(number);
  std::array<char, bytes_max> bytes;
  std::size_t filled = 0;
  ssize_t size = 0;
  while (filled < bytes.size() && (size = ::read(number, bytes.data() + filled, bytes.size() - filled)) > 0) {
    filled += static_cast<std::size_t>(size);
  }
  if (size < 0) {
    return Failure("descriptor " + std::string(text) + ": " + state::last_error());
  }
  Secret out = trimmed(std::string(bytes.data(), filled));
  sodium_memzero(bytes.data(), bytes.size());
  return out;
}

Secret read_environment(const std::string& name) {
  char* const value = std::getenv(name.c_str());
  if (value == nullptr) {
    return Failure("there is no variable " + name);
  }
  Secret out = trimmed(value);
  sodium_memzero(value, std::strlen(value));
  ::unsetenv(name.c_str());
  return out;
}

bool is_key_itself(std::string_view text) {
  return std::ranges::none_of(std::array{from_file, from_descriptor, from_environment},
                              [&](std::string_view scheme) { return text.starts_with(scheme); });
}

/// The value of -encrypt that begins in this argument, as in -encrypt=KEY; null: it is the next one.
const char* value_of(const char* flag) {
  const char* const equals = std::strchr(flag, '=');
  return equals == nullptr ? nullptr : equals + 1;
}

bool is_encrypt_flag(std::string_view arg) {
  arg.remove_prefix(std::min(arg.size(), arg.find_first_not_of('-')));
  return arg == "encrypt" || arg.starts_with("encrypt=");
}

}  // namespace

Secret read_secret(std::string_view text) {
  if (text.starts_with(from_file)) {
    const std::string path(text.substr(from_file.size()));
    return state::read_own_file(path, bytes_max)
        .map_error([&](const std::string& why) { return "'" + path + "': " + why; })
        .and_then(trimmed);
  }
  if (text.starts_with(from_descriptor)) {
    return read_descriptor(text.substr(from_descriptor.size()));
  }
  if (text.starts_with(from_environment)) {
    return read_environment(std::string(text.substr(from_environment.size())));
  }
  return std::string(text);
}

void wipe(std::string& secret) noexcept {
  sodium_memzero(secret.data(), secret.size());
}

Config without_secrets(Config config) {
  if (!config.encrypt_key.empty()) {
    std::string key = std::move(config.encrypt_key);
    config.encrypt_key = config.origin("encrypt_key") == "-encrypt" ? "given" : rpc::fingerprint(key);
    wipe(key);
  }
  return config;
}

void wipe_from_arguments(std::span<const char* const> args) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (!is_encrypt_flag(args[i])) {
      continue;
    }
    const char* value = value_of(args[i]);
    if (value == nullptr && i + 1 < args.size()) {
      value = args[++i];
    }
    if (value != nullptr && is_key_itself(value)) {
      std::memset(const_cast<char*>(value), 'x', std::strlen(value));
    }
  }
}

}  // namespace hearsay::agent
