// Small pieces on their way to a buffer.
#pragma once

#include <array>

#include "swim/bytes.h"

namespace hearsay::swim {

/// Puts short pieces together before they go to the end of `out`: appending each by itself would cost several
/// times as much. What was put is in `out` at the latest when this ends; until then nobody else appends to
/// it.
class Gather {
 public:
  explicit Gather(Buffer& out) noexcept : out_(&out) {}
  Gather(const Gather&) = delete;
  Gather& operator=(const Gather&) = delete;
  ~Gather() { flush(); }

  void put(std::byte piece) {
    if (used_ == held_.size()) {
      flush();
    }
    held_[used_++] = piece;
  }
  void put(Bytes piece) {
    if (piece.size() > held_.size() - used_) {
      flush();
      if (piece.size() > held_.size()) {
        return append(*out_, piece);
      }
    }
    if (!piece.empty()) {
      std::memcpy(held_.data() + used_, piece.data(), piece.size());
      used_ += piece.size();
    }
  }
  void flush() {
    append(*out_, Bytes(held_).first(used_));
    used_ = 0;
  }

 private:
  Buffer* out_;
  std::size_t used_ = 0;
  std::array<std::byte, 256> held_;
};

}  // namespace hearsay::swim
