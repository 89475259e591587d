#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "swim/wire/lzw.h"
#include "swim/wire/lzw_codes.h"

namespace hearsay::swim::wire {
namespace {

/// Takes codes out of bytes, the least significant bit first.
class BitReader {
 public:
  explicit BitReader(Bytes in) noexcept : in_(in) {}

  /// False when the bytes do not hold another code of this width.
  bool take(unsigned width, std::uint32_t& code) noexcept {
    while (ready_ < width) {
      if (at_ == in_.size()) {
        return false;
      }
      bits_ |= std::to_integer<std::uint32_t>(in_[at_++]) << ready_;
      ready_ += 8;
    }
    code = bits_ & ((1U << width) - 1);
    bits_ >>= width;
    ready_ -= width;
    return true;
  }

 private:
  Bytes in_;
  std::size_t at_ = 0;
  std::uint32_t bits_ = 0;
  unsigned ready_ = 0;
};

/// A string of the dictionary: every one has been put out before, so it is found there.
struct Piece {
  std::uint32_t offset;
  std::uint32_t size;
};
using Pieces = std::array<Piece, lzw::code_count>;

/// The output, grown in steps and cut to size at the end.
class Output {
 public:
  Output(Buffer& out, std::size_t limit) noexcept : out_(&out), base_(out.size()), limit_(limit) {}
  ~Output() { out_->resize(base_ + used_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  [[nodiscard]] std::uint32_t used() const noexcept { return static_cast<std::uint32_t>(used_); }

  /// Makes room for `size` bytes more; false when that passes the limit.
  bool grow(std::size_t size) {
    if (size > limit_ - used_) {
      return false;
    }
    if (const std::size_t needed = base_ + used_ + size; needed > out_->size()) {
      // Once the caller has made the room there is: it may know how much that is.
      const std::size_t wanted = std::max(needed + step, 2 * needed);
      out_->resize(needed <= out_->capacity() ? std::min(wanted, out_->capacity()) : wanted);
    }
    return true;
  }

  void literal(std::uint32_t byte) noexcept { (*out_)[base_ + used_++] = static_cast<std::byte>(byte); }

  /// Puts out again what stands at `piece`. The newest entry ends with the byte it begins with, and
  /// that one is only now put out.
  void repeat(Piece piece) noexcept {
    const std::byte* from = out_->data() + base_ + piece.offset;
    std::byte* to = out_->data() + base_ + used_;
    const std::size_t there = std::min<std::size_t>(piece.size, used_ - piece.offset);
    std::memcpy(to, from, there);
    if (there < piece.size) {
      to[there] = to[0];
    }
    used_ += piece.size;
  }

 private:
  static constexpr std::size_t step = 1024;

  Buffer* out_;
  std::size_t base_;
  std::size_t limit_;
  std::size_t used_ = 0;
};

/// Counts what Output would hold.
class Size {
 public:
  explicit Size(std::size_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] std::uint32_t used() const noexcept { return static_cast<std::uint32_t>(used_); }
  [[nodiscard]] bool grow(std::size_t size) const noexcept { return size <= limit_ - used_; }
  void literal(std::uint32_t) noexcept { ++used_; }
  void repeat(Piece piece) noexcept { used_ += piece.size; }

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
};

template <class Sink>
class Expander {
 public:
  Expander(Bytes packed, Pieces& pieces, Sink& out) noexcept : bits_(packed), pieces_(&pieces), out_(&out) {}

  tl::expected<void, LzwError> run() {
    for (std::uint32_t code = 0;;) {
      if (!bits_.take(width_, code)) {
        return tl::unexpected(LzwError::no_end_code);
      }
      if (code == lzw::end_code) {
        return {};
      }
      if (code == lzw::clear_code) {
        clear();
      } else if (auto put = take_string(code); !put) {
        return put;
      }
    }
  }

 private:
  void clear() noexcept {
    next_ = lzw::end_code;
    width_ = lzw::width_min;
  }

  tl::expected<void, LzwError> take_string(std::uint32_t code) {
    // From the second string on, each completes an entry: the string before it and its first byte.
    const bool completes = next_ > lzw::end_code && next_ < lzw::code_count;
    if (completes) {
      (*pieces_)[next_] = {last_.offset, last_.size + 1};
    }
    const bool known = code < lzw::clear_code || code < next_ || (completes && code == next_);
    if (!known) {
      return tl::unexpected(LzwError::bad_code);
    }
    const Piece piece = code < lzw::clear_code ? Piece{out_->used(), 1} : (*pieces_)[code];
    if (!out_->grow(piece.size)) {
      return tl::unexpected(LzwError::too_large);
    }
    last_ = {out_->used(), piece.size};
    if (code < lzw::clear_code) {
      out_->literal(code);
    } else {
      out_->repeat(piece);
    }
    advance();
    return {};
  }

  /// The next string's entry. With the table full it stays as it is until a clear.
  void advance() noexcept {
    if (next_ < lzw::code_count) {
      ++next_;
    }
    if (next_ == 1U << width_ && width_ < lzw::width_max) {
      ++width_;
    }
  }

  BitReader bits_;
  Pieces* pieces_;
  Sink* out_;
  std::uint32_t next_ = lzw::end_code;  // the entry that the next string completes; none at first
  unsigned width_ = lzw::width_min;
  Piece last_{};
};

std::size_t in_32_bits(std::size_t limit) noexcept {
  return std::min<std::size_t>(limit, std::numeric_limits<std::uint32_t>::max());
}

}  // namespace

tl::expected<void, LzwError> lzw_expand(Bytes packed, std::size_t limit, Buffer& out) {
  // Entries are read only after they were written since the last clear.
  __attribute__((uninitialized)) Pieces pieces;
  Output output(out, in_32_bits(limit));
  return Expander(packed, pieces, output).run();
}

tl::expected<std::size_t, LzwError> lzw_expanded_size(Bytes packed, std::size_t limit) {
  __attribute__((uninitialized)) Pieces pieces;
  Size size(in_32_bits(limit));
  return Expander(packed, pieces, size).run().map([&] { return std::size_t{size.used()}; });
}

}  // namespace hearsay::swim::wire
