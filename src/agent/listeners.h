// Who wants to be told: a list that survives being changed while it is walked.
#pragma once

#include <algorithm>
#include <vector>

namespace hearsay::agent {

/// A listener may remove itself or others during its call, and add others, who are told from the
/// next time on.
template <class Listener>
class Listeners {
 public:
  void add(Listener& listener) { all_.push_back(&listener); }

  void remove(Listener& listener) {
    std::replace(all_.begin(), all_.end(), &listener, static_cast<Listener*>(nullptr));
    tidy();
  }

  [[nodiscard]] bool empty() const noexcept {
    return std::all_of(all_.begin(), all_.end(),
                       [](const Listener* listener) { return listener == nullptr; });
  }

  template <class Call>
  void for_each(Call&& call) {
    ++walks_;
    const std::size_t end = all_.size();
    for (std::size_t i = 0; i < end; ++i) {
      if (Listener* listener = all_[i]) {
        call(*listener);
      }
    }
    --walks_;
    tidy();
  }

 private:
  void tidy() {
    if (walks_ == 0) {
      std::erase(all_, nullptr);
    }
  }

  std::vector<Listener*> all_;
  int walks_ = 0;
};

}  // namespace hearsay::agent
