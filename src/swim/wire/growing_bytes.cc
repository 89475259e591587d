#include "swim/wire/growing_bytes.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace hearsay::swim::wire {

GrowingBytes::GrowingBytes(GrowingBytes&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

GrowingBytes& GrowingBytes::operator=(GrowingBytes&& other) noexcept {
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

bool GrowingBytes::append(Bytes more, std::size_t most) {
  if (more.empty()) {
    return true;
  }
  if (more.size() > capacity_ - size_ && !grow(size_ + more.size(), most)) {
    return false;
  }
  std::memcpy(bytes_.get() + size_, more.data(), more.size());
  size_ += more.size();
  return true;
}

bool GrowingBytes::grow(std::size_t needed, std::size_t most) {
  if (needed > most) {
    return false;
  }
  const std::size_t wanted = std::min(std::max(needed, capacity_ + capacity_ / 2), most);
  auto* const moved = static_cast<std::byte*>(std::realloc(bytes_.get(), wanted));
  if (moved == nullptr) {
    throw std::bad_alloc();
  }
  static_cast<void>(bytes_.release());  // realloc has it
  bytes_.reset(moved);
  capacity_ = wanted;
  return true;
}

}  // namespace hearsay::swim::wire
