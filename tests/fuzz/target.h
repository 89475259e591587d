// What a fuzz target is: one function, fed by libFuzzer (entry.cc) or from the corpus (replay.cc).
#pragma once

#include "swim/bytes.h"
#include "swim/invariant.h"

namespace hearsay::fuzz {

/// Does with the input what the target is for, and asserts with HEARSAY_INVARIANT what must be so. Keeps
/// nothing from one call to the next: the same input does the same.
void run(swim::Bytes input);

}  // namespace hearsay::fuzz
