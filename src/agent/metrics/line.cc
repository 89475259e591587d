#include "agent/metrics/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hearsay::agent::metrics {
namespace {

char safe(char c) noexcept {
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  return control || c == ' ' || c == ':' || c == '|' ? '_' : c;
}

std::string_view type_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::counter:
      return "c";
    case Kind::gauge:
      return "g";
    case Kind::sample:
      break;
  }
  return "ms";
}

}  // namespace

void append_line(std::string& out, Kind kind, std::string_view prefix, std::string_view name, double value) {
  std::ranges::transform(prefix, std::back_inserter(out), safe);
  out += '.';
  std::ranges::transform(name.substr(0, name_bytes_max), std::back_inserter(out), safe);
  fmt::format_to(std::back_inserter(out), ":{:.6f}|{}\n", value, type_of(kind));
}

}  // namespace hearsay::agent::metrics
