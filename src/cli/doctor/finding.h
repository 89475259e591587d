// One thing that is wrong.
#pragma once

#include <string>
#include <string_view>

namespace hearsay::cli::doctor {

struct Finding {
  std::string_view id;  // "tcp-blocked"
  std::string node;     // whom it is about
  std::string what;
  std::string evidence;
  std::string remedy;
};

}  // namespace hearsay::cli::doctor
