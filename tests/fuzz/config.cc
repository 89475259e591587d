// A configuration file.
#include "agent/config/json_file.h"
#include "fuzz/target.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  const auto config = agent::parse_json_config(swim::as_text(bytes), "x.json");
  if (!config) {
    // What is wrong is told in one line.
    HEARSAY_INVARIANT(!config.error().empty() && config.error().find('\n') == std::string::npos);
  }
}

}  // namespace hearsay::fuzz
