// What an accuser has missed of the member it accuses: that it left, or died.
#pragma once

#include "swim/core.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

/// Tells whoever suspects a member that is gone here, by a few messages in a probe interval at most. Few
/// answer: those whom it has told itself, as only members that have missed the same pass it on. Whoever
/// missed a death may have been cut off until it was held dead itself
/// (docs/decisions/0019-nobody-else-says-so.md).
void tell_belated(Step& step, const Member& gone, const wire::Suspect& claim);

}  // namespace hearsay::swim
