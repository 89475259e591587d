// Bytes of a connection as they come: memory that grows without ever being there twice.
#pragma once

#include <cstdlib>
#include <memory>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

/// A buffer whose large blocks the system enlarges where they are, or moves by their pages: a std::vector
/// copies, and until it has copied holds both.
class GrowingBytes {
 public:
  GrowingBytes() = default;
  GrowingBytes(GrowingBytes&& other) noexcept;
  GrowingBytes& operator=(GrowingBytes&& other) noexcept;

  [[nodiscard]] Bytes view() const noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// Adds a copy. False, and nothing is added, if capacity() would pass `most`.
  [[nodiscard]] bool append(Bytes more, std::size_t most);
  /// Gives the memory back.
  void free() noexcept { *this = {}; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const noexcept { std::free(bytes); }
  };
  bool grow(std::size_t needed, std::size_t most);

  std::unique_ptr<std::byte[], Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace hearsay::swim::wire
