// Whole small files, read and replaced.
#pragma once

#include <cstdint>
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

/// The same of a file that holds what this agent believes or must keep secret: a symbolic link, and a file
/// that every user can write to, are errors.
[[nodiscard]] tl::expected<std::string, std::string> read_own_file(const std::string& path,
                                                                   std::size_t bytes_max);
/// Why an open file is not to be trusted with that; empty if it is.
[[nodiscard]] std::string distrust(int fd);

/// Whether what was written must outlive a power cut; waiting for the disk holds up the caller.
enum class Durability : std::uint8_t { synced, unsynced };

/// Whoever reads the file finds either what it held before or all of `text`; with `synced` after a
/// crash at any moment too. A file that exists keeps its mode and, as far as we may, its owner; a new
/// one gets `mode`. A symbolic link is an error. Only where we may write to the file but not to its
/// directory it is rewritten in place, which a crash can tear.
[[nodiscard]] FileResult replace_file(const std::string& path, std::string_view text, mode_t mode,
                                      Durability durability = Durability::synced);

/// The text of the current errno, in lower case as Serf's users know it.
[[nodiscard]] std::string last_error();

/// All of it, however often the call is interrupted. False: see errno.
[[nodiscard]] bool write_all(int fd, std::string_view text) noexcept;

}  // namespace hearsay::agent::state
