#include "sim/network.h"

#include <algorithm>

namespace hearsay::sim {

using namespace swim;

namespace {

constexpr std::int64_t one = 65536;

bool happens(double chance, Random& random) {
  return chance > 0 && random.unit() < chance;
}

/// `whole` times a fraction that only these three numbers decide.
Duration fixed_share(Duration whole, std::uint64_t seed, NodeIndex from, NodeIndex to) {
  Random pair((seed * 0x9E3779B97F4A7C15U) ^ (from << 32U) ^ to);
  return whole * static_cast<std::int64_t>(pair.below(one)) / one;
}

}  // namespace

std::int64_t normal_65536(Random& random) noexcept {
  std::int64_t sum = 0;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t four = random.next();
    for (unsigned shift = 0; shift < 64; shift += 16) {
      sum += static_cast<std::int64_t>((four >> shift) & 0xffffU);
    }
  }
  return sum - 12 * (one - 1) / 2;
}

bool Network::drops(NodeIndex from, NodeIndex to, Random& random) const {
  const auto at = [](const std::vector<double>& shares, NodeIndex i) {
    return i < shares.size() ? shares[i] : 0;
  };
  return happens(loss, random) || happens(at(loss_from, from), random) || happens(at(loss_to, to), random);
}

bool Network::loses_datagram(NodeIndex from, NodeIndex to, Random& random) const {
  return (!udp_cut.empty() && udp_cut.contains({from, to})) || drops(from, to, random);
}

bool Network::loses_segment(NodeIndex from, NodeIndex to, Random& random) const {
  return (!tcp_cut.empty() && tcp_cut.contains({from, to})) || drops(from, to, random);
}

Duration Network::delay(NodeIndex from, NodeIndex to, Random& random) const {
  Duration takes = latency;
  if (jitter > Duration::zero()) {
    const Duration off = jitter * normal_65536(random) / one;
    takes = std::max(latency + off, latency / 10);
  }
  if (link_spread > Duration::zero()) {
    takes += fixed_share(link_spread, link_seed, from, to);
  }
  return takes;
}

Duration Network::held_back(Random& random) const {
  if (!happens(reorder, random)) {
    return Duration::zero();
  }
  return reorder_by * static_cast<std::int64_t>(random.below(one)) / one;
}

void Network::maybe_corrupt(Buffer& bytes, Random& random) const {
  if (bytes.empty() || !happens(corrupt, random)) {
    return;
  }
  for (std::uint32_t left = 1 + random.below(3); left > 0; --left) {
    const std::size_t place = random.below(static_cast<std::uint32_t>(bytes.size()));
    bytes[place] ^= static_cast<std::byte>(1 + random.below(255));
  }
}

void Network::lose_at(NodeIndex i, double of_sent, double of_received) {
  loss_from.resize(std::max(loss_from.size(), i + 1));
  loss_to.resize(std::max(loss_to.size(), i + 1));
  loss_from[i] = of_sent;
  loss_to[i] = of_received;
}

void Network::clear_up() {
  heal();
  loss = duplicate = corrupt = reorder = 0;
  loss_from.clear();
  loss_to.clear();
}

}  // namespace hearsay::sim
