// What must hold is checked in release builds too: a broken invariant stops the process.
#pragma once

namespace hearsay::swim {

/// Prints the expression and where it stands to stderr, then aborts.
[[noreturn]] void invariant_broken(const char* expression, const char* file, int line) noexcept;

}  // namespace hearsay::swim

#define HEARSAY_INVARIANT(expression) \
  ((expression) ? static_cast<void>(0) : ::hearsay::swim::invariant_broken(#expression, __FILE__, __LINE__))
