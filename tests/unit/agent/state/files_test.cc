#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST_CASE("a symbolic link is neither read nor replaced, wherever it leads") {
  const TempDir dir;
  dir.write("there", "old");
  for (const std::string target : {"there", "nowhere"}) {
    CAPTURE(target);
    const std::string link = dir.path("link to " + target);
    REQUIRE(::symlink(target.c_str(), link.c_str()) == 0);
    const std::string refused = "it is a symbolic link: name the file it leads to";
    CHECK(replace_file(link, "new", 0600).error() == refused);
    CHECK(read_own_file(link, 100).error() == refused);
    CHECK(read_keyring(link).error() == refused);
  }
  CHECK(dir.read("there") == "old");
  CHECK(read_file(dir.path("link to there"), 100) == "old");  // a configuration may be one
}

TEST_CASE("a file that every user can write to is not believed") {
  const TempDir dir;
  const std::string path = dir.write("keyring", "[\"" + std::string(key16) + "\"]");
  for (const auto& row : {std::pair{0606, false}, {0602, false}, {0664, true}, {0600, true}}) {
    const auto [mode, believed] = row;
    INFO("mode ", row.first);
    REQUIRE(::chmod(path.c_str(), static_cast<mode_t>(mode)) == 0);
    const auto keys = read_keyring(path);
    CHECK(keys.has_value() == believed);
    CHECK((believed || keys.error() == "every user can write to it: chmod o-w"));
  }
}

TEST_CASE("a link that somebody put where the new file is prepared is not followed") {
  const TempDir dir;
  dir.write("precious", "kept");
  REQUIRE(::symlink("precious", dir.path("file.new").c_str()) == 0);
  REQUIRE(replace_file(dir.path("file"), "new", 0600).has_value());
  CHECK(dir.read("precious") == "kept");
  CHECK(dir.read("file") == "new");
}

TEST_CASE("a replaced file keeps its owner and group where we may give it away") {
  if (::geteuid() != 0) {
    MESSAGE("only root may give files away");
    return;
  }
  const TempDir dir;
  const std::string path = dir.write("file", "old");
  REQUIRE(::chown(path.c_str(), 12345, 54321) == 0);
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  REQUIRE(replace_file(path, "new", 0600).has_value());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK(status.st_uid == 12345);
  CHECK(status.st_gid == 54321);
  CHECK(mode_of(path) == 0640);
}

TEST_CASE("where the directory may not be written to but the file may, it is rewritten in place") {
  const TempDir dir;
  const std::string path = dir.write("file", "a longer old text");
  dir.write("closed", "old");
  REQUIRE(::chmod(path.c_str(), 0666) == 0);
  REQUIRE(::chmod(dir.path("closed").c_str(), 0444) == 0);
  REQUIRE(::chmod(dir.path("").c_str(), 0555) == 0);
  const bool is_root = ::geteuid() == 0;
  REQUIRE((!is_root || ::seteuid(65534) == 0));  // root may write anywhere
  const auto open_file = replace_file(path, "new", 0600);
  const auto closed_file = replace_file(dir.path("closed"), "new", 0600);
  REQUIRE((!is_root || ::seteuid(0) == 0));
  REQUIRE(::chmod(dir.path("").c_str(), 0755) == 0);
  CHECK(open_file.has_value());
  CHECK(dir.read("file") == "new");
  CHECK(closed_file.error() == "permission denied");
  CHECK(dir.read("closed") == "old");
}

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

// The places are those that Serf's CLI reports, which are Go's.
TEST_CASE("base64 is read as Go reads it, and a mistake has Go's place") {
  CHECK(decode_base64("") == Buffer{});
  CHECK(decode_base64("AAEC") == counting(3));
  CHECK(decode_base64("AAE=") == counting(2));
  CHECK(decode_base64("AA==") == counting(1));
  CHECK(decode_base64("\nAA\r\nE=\n") == counting(2));
  CHECK(decode_base64("AAF=") == counting(2));  // bits left over count for nothing
  const std::pair<std::string_view, std::size_t> mistakes[] = {
      {"abc", 0},  {"a", 0},     {"!!", 0},      {"abcd!", 4}, {"abcde", 4}, {"ab=", 3},
      {"ab=c", 2}, {"ab==x", 4}, {"abc=x", 4},   {"====", 0},  {"a===", 1},  {"abcd=", 4},
      {"ab\n", 1}, {"ab=\n", 4}, {"abcd\n!", 5}, {"ab-_", 2},
  };
  for (const auto& mistake : mistakes) {
    CAPTURE(mistake.first);
    const auto read = decode_base64(mistake.first);
    REQUIRE_FALSE(read);
    CHECK(read.error() == mistake.second);
  }
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
