// A cluster that has formed, without the hours of forming it.
#pragma once

#include "sim/world/world.h"

namespace hearsay::sim {

/// Everybody that is up hears now, in a few datagrams and by no network, who everybody is that is up. They
/// gossip about it afterwards as about all news: the fewer of it, the shorter their queue of rumors may be.
void acquaint(World& world);

}  // namespace hearsay::sim
