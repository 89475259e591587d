#include <algorithm>
#include <cmath>

#include "swim/gossip/coordinate.h"
#include "swim/wire/dialect_struct.h"

namespace hearsay::swim {
namespace {

constexpr std::byte payload_version{1};

struct Vec {
  std::array<double, coordinate_dimensions> axes{};
  bool complete = false;

  friend bool operator==(const Vec&, const Vec&) = default;
};

/// The map of the payload. A key that is missing leaves zero, unlike a Coordinate that starts.
struct Body {
  Vec vec;
  double error = 0;
  double adjustment = 0;
  double height = 0;
};

bool read_value(wire::dialect::Reader& in, Vec& out) {
  std::uint32_t count = 0;
  if (!in.array(count)) {
    return false;
  }
  if (count != out.axes.size()) {
    return in.fail(wire::DecodeError::out_of_range);
  }
  out.complete = true;
  for (double& axis : out.axes) {
    if (!in.real(axis)) {
      return false;
    }
  }
  return true;
}

void write_value(wire::dialect::Writer& out, const Vec& vec) {
  out.array(vec.axes.size());
  for (const double axis : vec.axes) {
    out.real(axis);
  }
}

}  // namespace

namespace wire::dialect {

template <>
struct TableOf<Body> {
  static constexpr std::tuple fields{
      field("Vec", &Body::vec),
      field("Error", &Body::error),
      field("Adjustment", &Body::adjustment),
      field("Height", &Body::height),
  };
};

}  // namespace wire::dialect

bool Coordinate::valid() const noexcept {
  return std::ranges::all_of(vec, [](double axis) { return std::isfinite(axis); }) && std::isfinite(error) &&
         std::isfinite(adjustment) && std::isfinite(height);
}

void encode_coordinate(const Coordinate& coordinate, Buffer& out) {
  out.push_back(payload_version);
  wire::dialect::encode_body(
      Body{{coordinate.vec, true}, coordinate.error, coordinate.adjustment, coordinate.height}, out);
}

tl::expected<Coordinate, wire::DecodeError> decode_coordinate(Bytes payload) {
  using wire::DecodeError;
  if (payload.empty()) {
    return tl::unexpected(DecodeError::truncated);
  }
  if (payload[0] != payload_version) {
    return tl::unexpected(DecodeError::out_of_range);
  }
  const auto body = wire::dialect::decode_body<Body>(payload.subspan(1));
  if (!body) {
    return tl::unexpected(body.error());
  }
  const Coordinate coordinate{body->value.vec.axes, body->value.error, body->value.adjustment,
                              body->value.height};
  if (!body->value.vec.complete || !coordinate.valid()) {
    return tl::unexpected(DecodeError::out_of_range);
  }
  return coordinate;
}

}  // namespace hearsay::swim
