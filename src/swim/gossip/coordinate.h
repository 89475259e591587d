// Network coordinates (Vivaldi) as Serf computes them (proto/serf.md, "Coordinates").
#pragma once

#include <array>

#include <tl/expected.hpp>

#include "swim/bytes.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

inline constexpr std::size_t coordinate_dimensions = 8;

/// All in seconds.
struct Coordinate {
  std::array<double, coordinate_dimensions> vec{};
  double error = 1.5;
  double adjustment = 0;
  double height = 1e-5;

  friend bool operator==(const Coordinate&, const Coordinate&) = default;
  /// Every component finite.
  [[nodiscard]] bool valid() const noexcept;
};

/// The ack payload: version byte 1 and a msgpack map.
void encode_coordinate(const Coordinate& coordinate, Buffer& out);
/// Refuses another version, another dimension, NaN and infinities.
tl::expected<Coordinate, wire::DecodeError> decode_coordinate(Bytes payload);

}  // namespace hearsay::swim
