// What a run did wrong.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "swim/time.h"

namespace hearsay::sim {

struct Violation {
  swim::Instant at;
  std::string what;  // one line, for people
};

/// The first few, and how many there were: one bug often shows a thousand times.
class Report {
 public:
  void add(swim::Instant at, std::string what) {
    if (++count_ <= kept) {
      violations_.push_back({at, std::move(what)});
    }
  }
  [[nodiscard]] bool clean() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] const std::vector<Violation>& first() const noexcept { return violations_; }

 private:
  static constexpr std::size_t kept = 5;
  std::size_t count_ = 0;
  std::vector<Violation> violations_;
};

}  // namespace hearsay::sim
