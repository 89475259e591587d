// What a command that waits does when the user has had enough.
#pragma once

#include <string_view>

namespace hearsay::cli {

/// On `signal` prints `last_words`, if any, and ends with `status`. Only for commands that leave nothing
/// to tidy up. `last_words` lives as long as the process.
void exit_on(int signal, int status, std::string_view last_words = {});

}  // namespace hearsay::cli
