#include <doctest/doctest.h>
#include <sys/stat.h>

#include "../temp_dir.h"
#include "agent/state/file.h"
#include "agent/state/key_text.h"
#include "agent/state/keyring_file.h"
#include "agent/state/tags_file.h"

using namespace hearsay::agent::state;
using hearsay::swim::Buffer;
using hearsay::swim::Tags;
using hearsay::test::TempDir;

namespace {

constexpr std::string_view key16 = "AAECAwQFBgcICQoLDA0ODw==";

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

Buffer counting(std::size_t size) {
  Buffer out;
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<std::byte>(i));
  }
  return out;
}

}  // namespace

TEST_CASE("a replaced file keeps its mode, a new one gets the mode asked for, and nothing else is left") {
  const TempDir dir;
  const std::string path = dir.path("file");
  REQUIRE(replace_file(path, "one", 0600).has_value());
  CHECK(mode_of(path) == 0600);
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  REQUIRE(replace_file(path, "two", 0600).has_value());
  CHECK(mode_of(path) == 0640);
  CHECK(dir.read("file") == "two");
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path("")), {}) == 1);
}

TEST_CASE("files that cannot be read or written say why") {
  const TempDir dir;
  CHECK(read_file(dir.path("none"), 10).error() == "no such file or directory");
  CHECK(replace_file(dir.path("none/file"), "x", 0600).error() == "no such file or directory");
  const std::string path = dir.write("large", std::string(11, 'x'));
  CHECK(read_file(path, 10).error() == "the file is larger than 10 bytes");
  CHECK(read_file(path, 11) == std::string(11, 'x'));
}

TEST_CASE("keys of 16, 24 and 32 bytes are read and written as base64, others are refused") {
  CHECK(encode_key(counting(16)) == key16);
  for (const std::size_t size : {16U, 24U, 32U}) {
    CHECK(decode_key(encode_key(counting(size))) == counting(size));
  }
  CHECK(decode_key(encode_key(counting(17))).error() == "the key has 17 bytes; it must have 16, 24 or 32");
  CHECK(decode_key("").error() == "the key has 0 bytes; it must have 16, 24 or 32");
  CHECK(decode_key("abc").error() == "the key is not base64");
  CHECK(decode_key("AAECAwQFBgcICQoLDA0ODw==!").error() == "the key is not base64");
}

TEST_CASE("a keyring is a JSON array with the primary key first, readable by its owner only") {
  const TempDir dir;
  const std::string path = dir.path("keyring");
  const std::vector<Buffer> keys = {counting(32), counting(16)};
  REQUIRE(write_keyring(path, keys).has_value());
  CHECK(mode_of(path) == 0600);
  CHECK(read_keyring(path) == keys);
  CHECK(dir.read("keyring") ==
        "[\n  \"" + encode_key(counting(32)) + "\",\n  \"" + std::string(key16) + "\"\n]");
}

TEST_CASE("a broken keyring is refused with its fault, and never with the key") {
  const TempDir dir;
  const auto error = [&](std::string_view text) { return read_keyring(dir.write("keyring", text)).error(); };
  CHECK(error("") == "it must hold a JSON array of base64 keys");
  CHECK(error("{}") == "it must hold a JSON array of base64 keys");
  CHECK(error("[]") == "it holds no key");
  CHECK(error("[\"AAECAwQFBgcICQoLDA0ODw==\", 7]") == "key 2: it must hold a JSON array of base64 keys");
  CHECK(error("[\"c2hvcnQ=\"]") == "key 1: the key has 5 bytes; it must have 16, 24 or 32");
  CHECK(read_keyring(dir.path("none")).error() == "no such file or directory");
}

TEST_CASE("tags come back from their file as they went, and no file means no tags") {
  const TempDir dir;
  const std::string path = dir.path("tags");
  CHECK(read_tags(path) == Tags{});
  const Tags tags = {{"role", "web"}, {"a\"b", "line\nbreak"}, {"empty", ""}};
  REQUIRE(write_tags(path, tags).has_value());
  CHECK(read_tags(path) == tags);
  REQUIRE(write_tags(path, {}).has_value());
  CHECK(dir.read("tags") == "{}");
}

TEST_CASE("tags that are not UTF-8 do not stop the file from being written") {
  const TempDir dir;
  REQUIRE(write_tags(dir.path("tags"), {{"a", "\xff"}}).has_value());
  CHECK(read_tags(dir.path("tags"))->at("a") == "\xef\xbf\xbd");
}

TEST_CASE("a tags file of another shape is refused") {
  const TempDir dir;
  for (const std::string_view text : {"", "[]", "{\"a\": 1}", "{\"a\": \"b\""}) {
    CAPTURE(text);
    CHECK(read_tags(dir.write("tags", text)).error() == "it must hold a JSON object of strings");
  }
}
