// The label header, outermost on datagrams and streams (proto/memberlist.md, "Label").
#pragma once

#include <cstdint>

#include <tl/expected.hpp>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

inline constexpr std::size_t label_max = 255;

enum class LabelError : std::uint8_t { incomplete, empty };

struct Labelled {
  Bytes label;           // empty: there is no header
  std::size_t size = 0;  // bytes of the header
};

/// Reads the header at the front of `bytes`, if one is there.
[[nodiscard]] tl::expected<Labelled, LabelError> read_label(Bytes bytes) noexcept;

/// Appends the header; nothing for an empty label.
void write_label(Bytes label, Buffer& out);

}  // namespace hearsay::swim::wire
