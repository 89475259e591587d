#include "swim/wire/keyring.h"

#include <sys/resource.h>

#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <sodium.h>

#include "hex.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using namespace swim::wire;

Buffer key(int fill, std::size_t size = 16) {
  return Buffer(size, static_cast<std::byte>(fill));
}

Keyring ring_of(std::initializer_list<int> fills) {
  REQUIRE(sodium_init() >= 0);
  Keyring ring;
  for (const int fill : fills) {
    REQUIRE(ring.install(key(fill)));
  }
  return ring;
}

/// The first byte of each key, primary first.
std::string order(const Keyring& ring) {
  std::string out;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    out += std::to_string(std::to_integer<int>(ring.key(i)[0]));
  }
  return out;
}

NonceSource nonces() {
  return NonceSource({std::byte{1}, std::byte{2}});
}

Buffer sealed(const Keyring& ring, std::string_view text, Bytes aad = {}) {
  NonceSource source = nonces();
  Buffer out;
  ring.seal(swim::as_bytes(text), aad, source, out);
  return out;
}

/// What the kernel says of the mapping that holds this place (proc(5), VmFlags).
std::string flags_of_page(const void* place) {
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    if (std::sscanf(line.c_str(), "%lx%c%lx", &begin, &dash, &end) == 3 && dash == '-') {
      const auto at = reinterpret_cast<std::uintptr_t>(place);
      here = begin <= at && at < end;
    } else if (here && line.starts_with("VmFlags:")) {
      return line;
    }
  }
  return {};
}

/// AddressSanitizer makes mlock do nothing.
bool memory_can_be_locked() {
#ifdef __SANITIZE_ADDRESS__
  return false;
#else
  rlimit locked{};
  REQUIRE(::getrlimit(RLIMIT_MEMLOCK, &locked) == 0);
  return locked.rlim_cur >= 64U << 10U;
#endif
}

}  // namespace

TEST_CASE("the first key installed is the primary, and installing twice changes nothing") {
  Keyring ring = ring_of({1, 2, 3});
  CHECK(order(ring) == "123");
  CHECK(ring.install(key(2)));
  CHECK(order(ring) == "123");
}

TEST_CASE("keys of one length only differ by their bytes, and of other lengths are others") {
  Keyring ring = ring_of({1});
  CHECK(ring.install(key(1, 24)));
  CHECK(ring.install(key(1, 32)));
  CHECK(ring.size() == 3);
  CHECK(ring.install(key(1, 17)).error() == KeyError::bad_length);
  CHECK(ring.install({}).error() == KeyError::bad_length);
  CHECK(ring.size() == 3);
}

TEST_CASE("a ring takes 256 keys and no more, and those it has again") {
  Keyring ring;
  const auto numbered = [](std::size_t n) {
    Buffer key(16, std::byte{0});
    key[0] = static_cast<std::byte>(n & 0xff);
    key[1] = static_cast<std::byte>(n >> 8);
    return key;
  };
  for (std::size_t n = 0; n < 256; ++n) {
    REQUIRE(ring.install(numbered(n)));
  }
  const auto refused = ring.install(numbered(256));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == KeyError::too_many);
  CHECK(ring.install(numbered(255)));
  CHECK(ring.remove(numbered(255)));
  CHECK(ring.install(numbered(256)));
}

TEST_CASE("the bytes of a key are in no core dump, and not in swap where the system allows to say so") {
  for (const std::size_t size : {16U, 24U, 32U}) {
    Keyring ring;
    REQUIRE(ring.install(Buffer(size, std::byte{1})).has_value());
    const std::string flags = flags_of_page(ring.key(0).data());
    CHECK(flags.find(" dd") != std::string::npos);
    if (memory_can_be_locked()) {
      CHECK(flags.find(" lo") != std::string::npos);
    }
  }
}

TEST_CASE("using a key moves it to the front and keeps the order of the others") {
  Keyring ring = ring_of({1, 2, 3, 4});
  CHECK(ring.use(key(3)));
  CHECK(order(ring) == "3124");
  CHECK(ring.use(key(3)));
  CHECK(order(ring) == "3124");
  CHECK(ring.use(key(9)).error() == KeyError::not_installed);
  CHECK(order(ring) == "3124");
}

TEST_CASE("removing takes any key but the primary, and one that is not there is fine") {
  Keyring ring = ring_of({1, 2});
  CHECK(ring.remove(key(9)));
  CHECK(ring.remove(key(1)).error() == KeyError::is_primary);
  CHECK(ring.remove(key(2)));
  CHECK(order(ring) == "1");
}

TEST_CASE("what the primary seals opens with that key anywhere on a ring") {
  const Keyring sender = ring_of({5});
  const Buffer packet = sealed(sender, "hello");
  CHECK(packet.size() == 5 + seal_overhead);
  CHECK(packet[0] == std::byte{1});
  Buffer plain = bytes_of("old");
  REQUIRE(ring_of({1, 2, 5}).open(packet, {}, plain));
  CHECK(swim::as_text(plain) == "hello");
  CHECK(ring_of({1, 2}).open(packet, {}, plain).error() == SealError::no_key_fits);
  CHECK(plain.empty());
  CHECK(Keyring().open(packet, {}, plain).error() == SealError::no_key_fits);
}

TEST_CASE("the seal covers the additional data") {
  const Keyring ring = ring_of({1});
  const Buffer packet = sealed(ring, "hello", swim::as_bytes("blue"));
  Buffer plain;
  CHECK(ring.open(packet, swim::as_bytes("blue"), plain));
  CHECK(ring.open(packet, swim::as_bytes("green"), plain).error() == SealError::no_key_fits);
}

TEST_CASE("what is too short, of another version or cut does not open") {
  const Keyring ring = ring_of({1});
  Buffer packet = sealed(ring, "hello");
  Buffer plain;
  for (std::size_t size = 0; size < packet.size(); ++size) {
    const auto opened = ring.open(Bytes(packet).first(size), {}, plain);
    REQUIRE_FALSE(opened);
    CHECK(opened.error() == (size < seal_overhead ? SealError::too_short : SealError::no_key_fits));
  }
  packet[0] = std::byte{2};
  CHECK(ring.open(packet, {}, plain).error() == SealError::unknown_version);
  packet[0] = std::byte{0};
  CHECK(ring.open(packet, {}, plain).error() == SealError::too_short);  // version 0 has a block at least
}

TEST_CASE("an empty message can be sealed and opened") {
  const Keyring ring = ring_of({1});
  Buffer plain = bytes_of("old");
  REQUIRE(ring.open(sealed(ring, ""), {}, plain));
  CHECK(plain.empty());
}

TEST_CASE("a nonce is the process bits and a counter") {
  NonceSource source = nonces();
  const auto first = source.next();
  const auto second = source.next();
  CHECK(hex(first) == "010200000000000000000001");
  CHECK(hex(second) == "010200000000000000000002");
  CHECK(source.used() == 2);
}

TEST_CASE("a counter that runs over carries into the process bits, so no nonce comes again") {
  std::array<std::byte, 8> bits{std::byte{1}};
  bits.back() = std::byte{0xff};
  NonceSource source(bits, UINT32_MAX - 1);
  CHECK(hex(source.next()) == "01000000000000ffffffffff");
  CHECK(hex(source.next()) == "010000000000010000000000");
  CHECK(hex(source.next()) == "010000000000010000000001");
}

TEST_CASE("a ring that is moved keeps its keys") {
  Keyring ring = ring_of({1, 2});
  const Keyring moved = std::move(ring);
  CHECK(order(moved) == "12");
}

}  // namespace hearsay::tests
