// One word of several that are allowed.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace hearsay::cli {

/// "a, b or c".
[[nodiscard]] std::string list_of(std::span<const std::string_view> words);

/// Which of `allowed` the word is. The error is a line for the user that names them all:
/// `Unknown format "yaml": give text or json`.
[[nodiscard]] tl::expected<std::size_t, std::string> choose(std::string_view what, std::string_view word,
                                                            std::span<const std::string_view> allowed);

}  // namespace hearsay::cli
