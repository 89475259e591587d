// The check of -discover and its settings. Private to src/agent/config.
#pragma once

#include "agent/config/mistake.h"
#include "agent/config/settings.h"

namespace hearsay::agent {

/// Sets `discovery`.
[[nodiscard]] Checked check_discovery(Settings& settings);

}  // namespace hearsay::agent
