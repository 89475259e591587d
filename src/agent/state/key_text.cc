#include "agent/state/key_text.h"

#include <sodium.h>

namespace hearsay::agent::state {

tl::expected<swim::Buffer, std::string> decode_key(std::string_view text) {
  swim::Buffer key(text.size() + 1);  // libsodium wants a place even for nothing
  std::size_t size = 0;
  const char* end = nullptr;
  const int status = sodium_base642bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), text.data(),
                                       text.size(), "\r\n", &size, &end, sodium_base64_VARIANT_ORIGINAL);
  if (status != 0 || end != text.data() + text.size()) {
    return tl::unexpected(std::string("the key is not base64"));
  }
  if (size != 16 && size != 24 && size != 32) {
    return tl::unexpected("the key has " + std::to_string(size) + " bytes; it must have 16, 24 or 32");
  }
  key.resize(size);
  return key;
}

std::string encode_key(swim::Bytes key) {
  std::string text(sodium_base64_encoded_len(key.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // libsodium's terminator
  return text;
}

}  // namespace hearsay::agent::state
