#include "agent/seed_watch.h"

#include <algorithm>

namespace hearsay::agent {

SeedWatch::SeedWatch(loop::Loop& loop, Joiner& joiner, Times times)
    : joiner_(&joiner), times_(times), backoff_(times.first, times.most), timer_(loop, [this] { look(); }) {}

void SeedWatch::watch(const std::vector<std::string>& addresses) {
  if (stopped_) {
    return;  // a join may end after that
  }
  for (const std::string& address : addresses) {
    if (std::ranges::find(addresses_, address) == addresses_.end()) {
      addresses_.push_back(address);
    }
  }
  if (!addresses_.empty() && !timer_.armed()) {
    timer_.arm_in(Backoff::shortened(times_.most));
  }
}

void SeedWatch::stop() {
  stopped_ = true;
  timer_.disarm();
}

void SeedWatch::look() {
  joiner_->join_missing(addresses_, [this](std::size_t, const std::string& error) {
    if (stopped_) {
      return;
    }
    if (error.empty()) {
      backoff_.reset();
      timer_.arm_in(Backoff::shortened(times_.most));
    } else {
      timer_.arm_in(backoff_.next());
    }
  });
}

}  // namespace hearsay::agent
