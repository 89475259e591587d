// The text of an event handler: FILTER=SCRIPT.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/event_filter.h"

namespace hearsay::agent::hooks {

/// A script and the events it is for. An event that several filters match runs it once.
struct Spec {
  std::vector<EventFilter> filters;
  std::string script;  // for /bin/sh -c

  friend bool operator==(const Spec&, const Spec&) = default;
};

/// `SCRIPT` alone is for every event; `FILTER=SCRIPT` is split at the first '=' outside of tag filters. The
/// error is one line as Serf prints it, "Invalid event script: Event 'x' invoking 'y'", and with the reason
/// if that is a tag filter.
tl::expected<Spec, std::string> parse_spec(std::string_view text);

}  // namespace hearsay::agent::hooks
