// How the checks of a configuration say no. Private to src/agent/config.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace hearsay::agent {

/// The error is one line for the user.
using Checked = tl::expected<void, std::string>;

inline tl::unexpected<std::string> mistake(std::string text) {
  return tl::unexpected(std::move(text));
}

}  // namespace hearsay::agent
