#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "swim/wire/lzw.h"
#include "swim/wire/lzw_codes.h"

namespace hearsay::swim::wire {
namespace {

using lzw::clear_code;
using lzw::end_code;

/// Packs codes into bytes, the least significant bit first.
class BitWriter {
 public:
  explicit BitWriter(Buffer& out) noexcept : out_(&out) {}

  void put(std::uint32_t code, unsigned width) {
    bits_ |= code << used_;
    for (used_ += width; used_ >= 8; used_ -= 8) {
      out_->push_back(static_cast<std::byte>(bits_));
      bits_ >>= 8;
    }
  }

  void flush() {
    if (used_ > 0) {
      out_->push_back(static_cast<std::byte>(bits_));
    }
  }

 private:
  Buffer* out_;
  std::uint32_t bits_ = 0;
  unsigned used_ = 0;
};

/// Which code stands for a known string and the byte after it: a hash table with open addressing.
/// It is as large as the input can fill, for clearing it is most of its cost on a small packet.
class Dictionary {
 public:
  static constexpr std::size_t slots_max = 2 * lzw::code_count;

  Dictionary(std::span<std::uint32_t, slots_max> memory, std::size_t input_size) noexcept
      : slots_(memory.first(std::min(slots_max, std::bit_ceil(2 * std::max<std::size_t>(input_size, 8))))),
        shift_(32U - static_cast<unsigned>(std::bit_width(slots_.size() - 1))) {
    clear();
  }

  void clear() noexcept { std::ranges::fill(slots_, vacant); }

  /// The code of `prefix` followed by `next`; zero when there is none, and then `slot` is where
  /// it belongs.
  std::uint32_t find(std::uint32_t prefix, std::uint32_t next, std::size_t& slot) const noexcept {
    const std::uint32_t key = prefix << 8 | next;
    slot = (key * 0x9e37'79b1U) >> shift_;
    while (slots_[slot] != vacant) {
      if (slots_[slot] >> code_bits == key) {
        return slots_[slot] & (lzw::code_count - 1);
      }
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return vacant;
  }

  void add(std::size_t slot, std::uint32_t prefix, std::uint32_t next, std::uint32_t code) noexcept {
    slots_[slot] = (prefix << 8 | next) << code_bits | code;
  }

 private:
  static constexpr unsigned code_bits = 12;
  static constexpr std::uint32_t vacant = 0;  // no string has a code of zero

  std::span<std::uint32_t> slots_;
  unsigned shift_;
};

/// The codes handed out so far, and the width that follows from them.
class Compressor {
 public:
  Compressor(Buffer& out, Dictionary& dictionary) noexcept : bits_(out), dictionary_(&dictionary) {}

  void run(Bytes plain) {
    bits_.put(clear_code, width_);
    if (!plain.empty()) {
      put_strings(plain);
    }
    bits_.put(end_code, width_);
    bits_.flush();
  }

 private:
  void put_strings(Bytes plain) {
    auto code = std::to_integer<std::uint32_t>(plain[0]);
    for (const std::byte byte : plain.subspan(1)) {
      const auto next = std::to_integer<std::uint32_t>(byte);
      std::size_t slot = 0;
      if (const std::uint32_t longer = dictionary_->find(code, next, slot); longer != 0) {
        code = longer;
        continue;
      }
      bits_.put(code, width_);
      if (advance()) {
        dictionary_->add(slot, code, next, last_);
      }
      code = next;
    }
    bits_.put(code, width_);
    advance();
  }

  /// Hands out the next code. False when there was none left and everything starts again.
  bool advance() {
    if (++last_ == 1U << width_) {
      ++width_;
    }
    if (last_ < lzw::code_count - 1) {
      return true;
    }
    bits_.put(clear_code, lzw::width_max);
    dictionary_->clear();
    width_ = lzw::width_min;
    last_ = end_code;
    return false;
  }

  BitWriter bits_;
  Dictionary* dictionary_;
  std::uint32_t last_ = end_code;
  unsigned width_ = lzw::width_min;
};

}  // namespace

void lzw_compress(Bytes plain, Buffer& out) {
  // Cleared by Dictionary as far as it is used: zeroing all 32 KiB for a short packet costs more
  // than compressing it.
  __attribute__((uninitialized)) std::array<std::uint32_t, Dictionary::slots_max> memory;
  Dictionary dictionary(memory, plain.size());
  Compressor(out, dictionary).run(plain);
}

}  // namespace hearsay::swim::wire
