// Where -discover asks and answers.
#pragma once

namespace hearsay::agent::mdns {

struct Scope {
  unsigned interface = 0;  // its index; 0 for the system's choice
  bool v4 = true;
  bool v6 = true;
};

}  // namespace hearsay::agent::mdns
