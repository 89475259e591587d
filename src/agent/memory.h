// An agent is on every host and mostly idle: it should hold little while it is.
#pragma once

namespace hearsay::agent {

/// One arena, and what a burst took goes back to the system. Before anything else is allocated.
void keep_heap_small() noexcept;

/// Tells the kernel that the program's code and the free pages of its heap are not needed now. Reading
/// options, opening sockets, joining and merging the state of thousands of members touch much more of
/// both than running does; what runs comes back from the page cache, a page fault each, once.
void give_back_pages() noexcept;

}  // namespace hearsay::agent
