// How the checks of a configuration say no. Private to src/agent/config.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace hearsay::agent {

/// The error is one line for the user.
using Checked = tl::expected<void, std::string>;

template <class... Args>
tl::unexpected<std::string> mistake(fmt::format_string<Args...> text, Args&&... args) {
  return tl::unexpected(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace hearsay::agent
