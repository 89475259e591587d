// How soon everybody knows, and how many copies that takes: one rumor in a cluster at rest.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/network.h"
#include "swim/config.h"

namespace hearsay::sim {

/// What happens at one member.
enum class News : std::uint8_t { user_event, tags };

struct Spread {
  std::size_t members = 100;
  News news = News::user_event;
  std::size_t runs = 20;
  Network network;
  /// How each member behaves; or empty.
  std::function<void(NodeIndex, swim::Config&)> tune;
  swim::Duration watched = std::chrono::seconds(5);  // after each piece of news
  std::uint64_t seed = 1;
};

struct SpreadResult {
  std::vector<swim::Duration> heard;  // after the news, by each member in each run that heard; ascending
  std::vector<swim::Duration> last;   // by run: by the last that heard; ascending
  std::size_t missed = 0;             // members that did not hear while watched, all runs together
  std::size_t runs_missed = 0;        // runs in which somebody did not
  double copies = 0;                  // sent by a member in a run, on average
  std::size_t copies_most = 0;        // sent by one member in one run
  std::size_t addressed_most = 0;     // sent to one member in one run
};

/// A cluster of those members, at rest, in which one after another has news.
[[nodiscard]] SpreadResult measure_spread(const Spread& what);

}  // namespace hearsay::sim
