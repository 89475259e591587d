// Datagrams at a node: a byte that says whether the cluster seals and who sends, then pieces, each a
// datagram.
#include "fuzz/input.h"
#include "fuzz/victim.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  Input in(bytes);
  const unsigned how = in.byte();
  Victim victim((how & 1U) != 0);
  for (int datagrams = 0; !in.empty() && datagrams < 16; ++datagrams) {
    victim.receive((how & 2U) != 0 ? Victim::stranger() : Victim::member(), in.piece());
    victim.pass_time((how & 4U) != 0 ? 2 : 0);
  }
  victim.pass_time(8);
}

}  // namespace hearsay::fuzz
