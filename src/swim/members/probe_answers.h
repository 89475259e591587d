// Between the two users of acks: this node's probe and those made for others.
#pragma once

#include "swim/core.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

/// The running probe was answered.
void on_probe_ack(Step& step, const wire::Ack& ack);

}  // namespace hearsay::swim
