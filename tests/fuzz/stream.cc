// Reading a stream: a byte that says which side we are and with which key and label, one for the size of the
// pieces it comes in, and the bytes. In pieces and in one they must mean the same.
#include <string>

#include "fuzz/input.h"
#include "fuzz/keys.h"
#include "fuzz/target.h"
#include "swim/wire/stream.h"

namespace hearsay::fuzz {
namespace {

using namespace swim;
using Fed = tl::expected<bool, wire::StreamError>;

/// What a reader may hold of so many bytes: they themselves, once more in the open, and what they expand to,
/// which is what LZW can make of a byte at most. Each is a vector that doubles.
void check_held(const wire::StreamReader& reader, std::size_t received) {
  constexpr std::size_t of_a_byte = 2 * (2 + 4096);
  HEARSAY_INVARIANT(reader.held() <= of_a_byte * (received + 64));
}

Fed feed_in_pieces(wire::StreamReader& reader, Bytes bytes, std::size_t piece) {
  Fed fed = false;
  std::size_t received = 0;
  while (received < bytes.size() && fed && !*fed) {
    const Bytes next = bytes.subspan(received, std::min(piece, bytes.size() - received));
    received += next.size();
    fed = reader.feed(next);
    check_held(reader, received);
  }
  return fed;
}

}  // namespace

void run(Bytes bytes) {
  Input in(bytes);
  const unsigned how = in.byte();
  const std::size_t piece = 1U + in.byte();
  const auto side = (how & 1U) != 0 ? wire::StreamReader::Side::dialled : wire::StreamReader::Side::accepted;
  const wire::Keyring ring = counting_ring((how & 2U) != 0 ? 32 : 0);
  const wire::Layers layers{&ring, (how & 4U) != 0 ? as_bytes(test_label) : Bytes{}};
  const Bytes stream = in.rest();

  wire::StreamReader whole(side, layers);
  const Fed at_once = feed_in_pieces(whole, stream, stream.size() + 1);
  wire::StreamReader pieces(side, layers);
  const Fed piecewise = feed_in_pieces(pieces, stream, piece);
  HEARSAY_INVARIANT(at_once == piecewise);
  if (at_once && *at_once) {
    HEARSAY_INVARIANT(whole.message().index() == pieces.message().index());
  }
}

}  // namespace hearsay::fuzz
