// Snapshots and keyrings cut at every byte and with every bit flipped: read or refused, never more.

#include <doctest/doctest.h>

#include "../temp_dir.h"
#include "agent/state/keyring_file.h"
#include "agent/state/snapshot.h"

using namespace hearsay::agent;
using namespace hearsay::agent::state;
using hearsay::test::TempDir;

namespace {

/// Calls `take` with every beginning of the text, and with it with each bit flipped.
template <class Take>
void spoil(const std::string& whole, Take&& take) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    take(whole.substr(0, size));
  }
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string spoilt = whole;
    spoilt[bit / 8] = static_cast<char>(static_cast<unsigned char>(spoilt[bit / 8]) ^ 1U << bit % 8);
    take(spoilt);
  }
}

}  // namespace

TEST_CASE("a snapshot with any bit flipped or cut anywhere is read as far as it makes sense") {
  const std::string whole =
      "alive: a 10.0.0.1:7946\nclock: 12\nevent-clock: 7\nquery-clock: 3\nalive: b 10.0.0.2:7946\n"
      "not-alive: a\nleave\nalive: c [fd00::1]:7946\ncoordinate: {}\n#\n";
  const TempDir dir;
  loop::Loop loop;
  std::size_t read = 0;
  spoil(whole, [&](const std::string& text) {
    const std::string path = dir.write("snapshot", text);
    const auto snapshot = Snapshot::open(loop, path, true);
    REQUIRE(snapshot);
    CHECK(snapshot->contents().alive.size() <= 3);
    read += snapshot->contents().alive.empty() ? 0U : 1U;
  });
  CHECK(read > whole.size());  // most of it survives most mistakes
}

TEST_CASE("a keyring with any bit flipped or cut anywhere is refused, or holds keys of a key's length") {
  const std::string whole = "[\n  \"AAECAwQFBgcICQoLDA0ODw==\",\n  \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\"\n]\n";
  const TempDir dir;
  std::size_t refused = 0;
  spoil(whole, [&](const std::string& text) {
    const auto keys = read_keyring(dir.write("keyring", text));
    refused += keys ? 0U : 1U;
    if (!keys) {
      CHECK(keys.error().find('\n') == std::string::npos);
      return;
    }
    CHECK_FALSE(keys->empty());
    for (const auto& key : *keys) {
      CHECK((key.size() == 16 || key.size() == 24 || key.size() == 32));
    }
  });
  CHECK(refused > whole.size() / 2);
}
