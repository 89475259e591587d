// Streams at a node: a byte that says whether we were dialled or dial, one for the size of the pieces, then
// what the peer sends.
#include "fuzz/input.h"
#include "fuzz/victim.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  Input in(bytes);
  const unsigned how = in.byte();
  const std::size_t piece = 1U + 8U * in.byte();
  Victim victim(false);
  if ((how & 1U) != 0) {
    victim.join(in.rest(), piece);
  } else {
    victim.accept((how & 2U) != 0 ? Victim::stranger() : Victim::member(), in.rest(), piece);
  }
  victim.pass_time(8);
}

}  // namespace hearsay::fuzz
