#include "cli/go_literal.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "agent/config/quote.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Reader;

std::string hexadecimal(std::uint64_t value) {
  char out[24];
  std::snprintf(out, sizeof(out), "0x%llx", static_cast<unsigned long long>(value));
  return out;
}

std::string bytes_literal(swim::Bytes bytes) {
  std::string out = "{";
  for (const std::byte b : bytes) {
    out.append(out.size() > 1 ? ", " : "").append(hexadecimal(std::to_integer<std::uint64_t>(b)));
  }
  return out + "}";
}

std::string nested(Reader& in);

std::string array_literal(Reader& in) {
  std::string out = "[]interface {}{";
  std::string_view comma;
  for (std::uint32_t left = in.array(); left > 0 && !in.failed(); --left) {
    out.append(std::exchange(comma, ", ")).append(nested(in));
  }
  return out + "}";
}

std::string map_literal(Reader& in) {
  std::vector<std::pair<std::string_view, std::string>> pairs;
  agent::rpc::for_each_field(in, [&](std::string_view key) {
    pairs.emplace_back(key, nested(in));
    return true;
  });
  std::ranges::sort(pairs);
  std::string out = "map[interface {}]interface {}{";
  std::string_view comma;
  for (const auto& [key, value] : pairs) {
    out.append(std::exchange(comma, ", ")).append(agent::quote(key)).append(":").append(value);
  }
  return out + "}";
}

std::string real_literal(double value) {
  char out[32];
  std::snprintf(out, sizeof(out), "%g", value);
  return out;
}

/// A value inside another names its type where the outer does not say it.
std::string nested(Reader& in) {
  switch (in.next()) {
    case Reader::Kind::nil:
      in.skip();
      return "interface {}(nil)";
    case Reader::Kind::binary:
      return "[]uint8" + bytes_literal(in.bytes());
    default:
      return go_literal(in);
  }
}

}  // namespace

// As deep as the reader's objects may be nested, which ObjectScanner bounds.
std::string go_literal(Reader& in) {
  switch (in.next()) {
    case Reader::Kind::nil:
      in.skip();
      return "<nil>";
    case Reader::Kind::boolean:
      return in.boolean() ? "true" : "false";
    case Reader::Kind::positive:
      return in.next_is_wide_unsigned() ? hexadecimal(in.unsigned_integer()) : std::to_string(in.integer());
    case Reader::Kind::negative:
      return std::to_string(in.integer());
    case Reader::Kind::real:
      return real_literal(in.real());
    case Reader::Kind::text:
      return agent::quote(in.text());
    case Reader::Kind::binary:
      return "[]byte" + bytes_literal(in.bytes());
    case Reader::Kind::array:
      return array_literal(in);
    case Reader::Kind::map:
      return map_literal(in);
    default:
      in.fail();
      return {};
  }
}

}  // namespace hearsay::cli
