#include "agent/state/keyring_file.h"

#include <nlohmann/json.hpp>

#include "agent/state/key_text.h"
#include "swim/wire/keyring.h"

namespace hearsay::agent::state {
namespace {

constexpr std::size_t file_bytes_max = 1U << 20U;

}  // namespace

KeysResult parse_keyring(std::string_view text) {
  const auto array = nlohmann::json::parse(text, nullptr, false);
  if (!array.is_array()) {
    return tl::unexpected(std::string("it must hold a JSON array of base64 keys"));
  }
  std::vector<swim::Buffer> keys;
  for (const auto& item : array) {
    auto key = item.is_string() ? decode_key(item.get_ref<const std::string&>())
                                : tl::unexpected(std::string("it must hold a JSON array of base64 keys"));
    if (!key) {
      return tl::unexpected("key " + std::to_string(keys.size() + 1) + ": " + key.error());
    }
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) {
    return tl::unexpected(std::string("it holds no key"));
  }
  if (keys.size() > swim::wire::Keyring::keys_max) {
    return tl::unexpected("it holds " + std::to_string(keys.size()) + " keys; " +
                          std::to_string(swim::wire::Keyring::keys_max) + " are allowed");
  }
  return keys;
}

std::string format_keyring(std::span<const swim::Buffer> keys) {
  auto array = nlohmann::json::array();
  for (const swim::Buffer& key : keys) {
    array.push_back(encode_key(key));
  }
  return array.dump(2);
}

KeysResult read_keyring(const std::string& path) {
  const auto text = read_own_file(path, file_bytes_max);
  return text ? parse_keyring(*text) : tl::unexpected(text.error());
}

FileResult write_keyring(const std::string& path, std::span<const swim::Buffer> keys) {
  return replace_file(path, format_keyring(keys), 0600);
}

}  // namespace hearsay::agent::state
