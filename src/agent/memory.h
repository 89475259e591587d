// An agent is on every host and mostly idle: it should hold little while it is.
#pragma once

namespace hearsay::agent {

/// One arena, and what a burst took goes back to the system. Before anything else is allocated.
void keep_heap_small() noexcept;

/// Tells the kernel that the program's code is not needed now. Reading options, opening sockets and
/// joining touch much more of it than running does; what runs comes back from the page cache, a
/// page fault each, once.
void give_back_start_pages() noexcept;

}  // namespace hearsay::agent
