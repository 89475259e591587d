// Where failed members lived that are forgotten by now. A partition may outlast the memory of names
// (reconnect_timeout), and both halves then know nobody of the other: so somebody has to go on knocking
// (docs/decisions/0011-graveyard.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "swim/endpoint.h"
#include "swim/time.h"

namespace hearsay::swim {

struct Step;
struct Member;

/// A ping by name at each address now and then, for ever: at first after knock_wait_min, then twice as
/// long each time up to knock_wait_max, each wait up to a quarter shorter by lot. Whoever answers is
/// dialled. At most Limits::graves; one more takes the place of another by lot.
struct Graveyard {
  static constexpr Duration knock_wait_min = std::chrono::seconds(30);
  static constexpr Duration knock_wait_max = std::chrono::minutes(5);

  struct Grave {
    std::string name;
    Endpoint at;
    Duration wait;
    Instant next;
    std::uint32_t seq_no = 0;  // of the last ping
  };
  std::vector<Grave> graves;
  Instant next_knock = never;
};

/// The failed member is about to be forgotten.
void bury_address(Step& step, const Member& member);
/// The name is in use again, or nobody is to look for it any more.
void forget_grave(Step& step, std::string_view name);
/// True if the ack was for one of them.
bool take_grave_ack(Step& step, std::uint32_t seq_no);
void run_graveyard(Step& step);

}  // namespace hearsay::swim
