#include "swim/members/strangers.h"

#include <algorithm>

namespace hearsay::swim {

namespace {

constexpr Duration second = std::chrono::seconds(1);

}  // namespace

Strangers::Bucket* Strangers::bucket_of(const IpAddress& at, Instant now) {
  const Bucket fresh{.at = at, .tokens = bytes_a_second, .since = now};
  if (const auto found = std::ranges::find(buckets_, at, &Bucket::at); found != buckets_.end()) {
    return &*found;
  }
  if (buckets_.size() < most) {
    return &buckets_.emplace_back(fresh);
  }
  // After a second without an answer a bucket holds what a fresh one does.
  const auto rested =
      std::ranges::find_if(buckets_, [now](const Bucket& bucket) { return now - bucket.since >= second; });
  if (rested == buckets_.end()) {
    return nullptr;
  }
  *rested = fresh;
  return &*rested;
}

bool Strangers::take(const IpAddress& to, std::size_t size, Instant now) {
  Bucket* const bucket = bucket_of(to, now);
  if (bucket == nullptr) {
    return false;
  }
  const auto passed = std::min<Duration>(now - bucket->since, second);
  const auto earned = bytes_a_second * static_cast<std::size_t>(passed.count()) / second.count();
  // What is left over of one datagram is not saved up for the next.
  bucket->tokens = std::min(bytes_a_second, bucket->tokens + earned);
  bucket->since = now;
  std::size_t gift = to == from_ ? unspent_ : 0;
  if (size > gift + bucket->tokens) {
    return false;
  }
  const std::size_t given = std::min(gift, size);
  unspent_ -= given;
  bucket->tokens -= size - given;
  return true;
}

}  // namespace hearsay::swim
