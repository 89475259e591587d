// The cluster works on its keys: this node's part.
#pragma once

#include <string>

#include "agent/gossip.h"
#include "agent/log.h"
#include "swim/event.h"

namespace hearsay::agent {

/// Changes the ring, keeps it in `keyring_file` unless that is empty, and answers. A ring that could
/// not be written is answered as an error: after a restart the node would be without the key.
void answer_key_request(Gossip& gossip, Log& log, const std::string& keyring_file,
                        const swim::KeyRequested& request);

}  // namespace hearsay::agent
