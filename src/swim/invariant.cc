#include "swim/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace hearsay::swim {

void invariant_broken(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "hearsay: broken invariant: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace hearsay::swim
