// How much goes to addresses where no member is: not enough to flood anybody with.
#pragma once

#include <cstddef>
#include <vector>

#include "swim/endpoint.h"
#include "swim/time.h"

namespace hearsay::swim {

/// A token bucket for each such address: twice what came from there by datagram, and `bytes_a_second`. The
/// source of a datagram can be forged, and so can the address that it wants its answer sent to.
class Strangers {
 public:
  static constexpr std::size_t bytes_a_second = 1024;
  /// Addresses that are kept count of. While all of them have been answered within the last second, others
  /// get nothing.
  static constexpr std::size_t most = 128;

  /// A datagram of this size is being handled. May be of a member: that costs nothing.
  void heard(const IpAddress& from, std::size_t size) noexcept {
    from_ = from;
    unspent_ = 2 * size;
  }

  /// Whether so many bytes may go there now; then they count as sent.
  [[nodiscard]] bool take(const IpAddress& to, std::size_t size, Instant now);

  [[nodiscard]] std::size_t size() const noexcept { return buckets_.size(); }

 private:
  struct Bucket {
    IpAddress at;
    std::size_t tokens;
    Instant since;  // when they were so many
  };
  Bucket* bucket_of(const IpAddress& at, Instant now);

  std::vector<Bucket> buckets_;
  IpAddress from_;
  std::size_t unspent_ = 0;  // of what the datagram being handled gives its source
};

}  // namespace hearsay::swim
