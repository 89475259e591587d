// Whole small files, read and replaced.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>
#include <tl/expected.hpp>

namespace hearsay::agent::state {

/// Errors are for people, without the path: "no such file or directory".
using FileResult = tl::expected<void, std::string>;

/// A file of more than `bytes_max` is an error, so that a wrong path cannot fill the memory.
[[nodiscard]] tl::expected<std::string, std::string> read_file(const std::string& path,
                                                               std::size_t bytes_max);

/// After a crash at any moment the file holds either what it held before or all of `text`. A file
/// that exists keeps its mode; a new one gets `mode`.
[[nodiscard]] FileResult replace_file(const std::string& path, std::string_view text, mode_t mode);

/// The text of the current errno, in lower case as Serf's users know it.
[[nodiscard]] std::string last_error();

/// All of it, however often the call is interrupted. False: see errno.
[[nodiscard]] bool write_all(int fd, std::string_view text) noexcept;

}  // namespace hearsay::agent::state
