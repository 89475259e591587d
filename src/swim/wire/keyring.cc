#include "swim/wire/keyring.h"

#include <algorithm>

#include "swim/invariant.h"
#include "swim/wire/aead.h"

namespace hearsay::swim::wire {
namespace {

constexpr std::size_t padding_block = 16;
constexpr std::byte version_padded{0};
constexpr std::byte version_plain{1};

auto find_key(const std::vector<std::unique_ptr<Aead>>& keys, Bytes key) {
  return std::ranges::find_if(keys, [key](const auto& aead) { return equal(aead->key(), key); });
}

/// Takes PKCS#7 padding off: n bytes of value n, a whole block where nothing was missing.
tl::expected<void, SealError> remove_padding(Buffer& plain) {
  const auto count = plain.empty() ? 0 : std::to_integer<std::size_t>(plain.back());
  if (count == 0 || count > padding_block || count > plain.size()) {
    return tl::unexpected(SealError::bad_padding);
  }
  const Bytes padding = Bytes(plain).last(count);
  if (!std::ranges::all_of(padding, [&](std::byte byte) { return byte == plain.back(); })) {
    return tl::unexpected(SealError::bad_padding);
  }
  plain.resize(plain.size() - count);
  return {};
}

}  // namespace

std::array<std::byte, nonce_size> NonceSource::next() noexcept {
  ++used_;
  if (++counter_ == 0) {
    for (std::size_t i = bits_.size(); i-- > 0;) {
      bits_[i] = static_cast<std::byte>(std::to_integer<unsigned>(bits_[i]) + 1);
      if (bits_[i] != std::byte{0}) {
        break;
      }
    }
  }
  std::array<std::byte, nonce_size> nonce{};
  std::ranges::copy(bits_, nonce.begin());
  for (std::size_t i = 0; i < sizeof counter_; ++i) {
    nonce[bits_.size() + i] = static_cast<std::byte>(counter_ >> (24 - 8 * i));
  }
  return nonce;
}

Keyring::Keyring() = default;
Keyring::~Keyring() = default;
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;

tl::expected<void, KeyError> Keyring::install(Bytes key) {
  if (find_key(keys_, key) != keys_.end()) {
    return {};
  }
  auto aead = make_aead(key);
  if (!aead) {
    return tl::unexpected(KeyError::bad_length);
  }
  if (keys_.size() >= keys_max) {
    return tl::unexpected(KeyError::too_many);
  }
  keys_.push_back(std::move(aead));
  return {};
}

tl::expected<void, KeyError> Keyring::use(Bytes key) {
  const auto found = find_key(keys_, key);
  if (found == keys_.end()) {
    return tl::unexpected(KeyError::not_installed);
  }
  // The others keep their order behind it.
  const auto at = keys_.begin() + (found - keys_.begin());
  std::rotate(keys_.begin(), at, at + 1);
  return {};
}

tl::expected<void, KeyError> Keyring::remove(Bytes key) {
  const auto found = find_key(keys_, key);
  if (found == keys_.end()) {
    return {};
  }
  if (found == keys_.begin()) {
    return tl::unexpected(KeyError::is_primary);
  }
  keys_.erase(found);
  return {};
}

Bytes Keyring::key(std::size_t index) const noexcept {
  HEARSAY_INVARIANT(index < keys_.size());
  return keys_[index]->key();
}

void Keyring::seal(Bytes plain, Bytes aad, NonceSource& nonces, Buffer& out) const {
  HEARSAY_INVARIANT(!keys_.empty());
  const auto nonce = nonces.next();
  out.push_back(version_plain);
  append(out, nonce);
  const std::size_t at = out.size();
  out.resize(at + plain.size() + tag_size);
  keys_.front()->seal(plain, aad, nonce.data(), out.data() + at);
}

tl::expected<void, SealError> Keyring::open(Bytes sealed, Bytes aad, Buffer& plain) const {
  plain.clear();
  if (sealed.size() < seal_overhead) {
    return tl::unexpected(SealError::too_short);
  }
  const std::byte version = sealed[0];
  if (version != version_padded && version != version_plain) {
    return tl::unexpected(SealError::unknown_version);
  }
  const std::byte* nonce = sealed.data() + 1;
  sealed = sealed.subspan(1 + nonce_size);
  if (version == version_padded && sealed.size() < padding_block + tag_size) {
    return tl::unexpected(SealError::too_short);
  }
  plain.resize(sealed.size() - tag_size);
  for (const auto& key : keys_) {
    if (key->open(sealed, aad, nonce, plain.data())) {
      return version == version_padded ? remove_padding(plain) : tl::expected<void, SealError>();
    }
  }
  plain.clear();
  return tl::unexpected(SealError::no_key_fits);
}

}  // namespace hearsay::swim::wire
