// What a shell completes, worked out from the commands' own help.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace hearsay::cli {

/// A command as a shell sees it.
struct Completable {
  std::string_view name;
  std::string_view synopsis;
  std::vector<std::string> flags;  // "-format"; those that take a value as "-format="
};

/// Of every command, with the flags that its help lists: that is made of the table its parser has.
[[nodiscard]] std::vector<Completable> completables(const Program& program);

/// A script for that shell; empty, if it is none of "bash", "zsh" and "fish".
[[nodiscard]] std::string completion_for(std::string_view shell, const std::vector<Completable>& commands);

}  // namespace hearsay::cli
