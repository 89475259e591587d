// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace hearsay::agent {

class Fd {
 public:
  Fd() = default;
  /// Negative: none, as open() returns on failure.
  explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Fd() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }

  /// Who asks has to close it.
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

}  // namespace hearsay::agent
