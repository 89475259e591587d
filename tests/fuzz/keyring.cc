// A keyring file, and the text of a key.
#include "agent/state/key_text.h"
#include "agent/state/keyring_file.h"
#include "fuzz/target.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  using namespace agent::state;
  const std::string_view text = swim::as_text(bytes);
  if (const auto keys = parse_keyring(text)) {
    HEARSAY_INVARIANT(!keys->empty());
    const auto again = parse_keyring(format_keyring(*keys));
    HEARSAY_INVARIANT(again && *again == *keys);
  }
  if (const auto key = decode_key(text)) {
    HEARSAY_INVARIANT(decode_key(encode_key(*key)) == *key);
  }
}

}  // namespace hearsay::fuzz
