#include "agent/systemd/environment.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace hearsay::agent::systemd {

std::optional<std::string> take_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  std::string out = value;
  ::unsetenv(name);
  return out;
}

std::optional<std::uint64_t> take_number(const char* name) {
  const auto text = take_variable(name);
  if (!text) {
    return std::nullopt;
  }
  std::uint64_t out = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, out);
  return error == std::errc() && rest == end ? std::optional(out) : std::nullopt;
}

bool take_is_this_process(const char* name) {
  return take_number(name) == static_cast<std::uint64_t>(::getpid());
}

}  // namespace hearsay::agent::systemd
