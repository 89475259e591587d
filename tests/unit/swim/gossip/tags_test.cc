#include "swim/gossip/tags.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "../wire/hex.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using swim::decode_tags;
using swim::encode_tags;
using swim::find_tag;
using swim::Tags;

Buffer encoded(const Tags& tags, std::uint8_t protocol = 5) {
  Buffer out;
  encode_tags(tags, protocol, out);
  return out;
}

bool whole(Bytes meta) {
  return swim::for_each_tag(meta, [](std::string_view, std::string_view) {});
}

}  // namespace

TEST_CASE("tags are written sorted after ff, texts of 32 bytes without str8") {
  CHECK(hex(encoded({{"role", "web"}, {"dc", "eu"}})) == "ff82a26463a26575a4726f6c65a3776562");
  CHECK(hex(encoded({})) == "ff80");
  CHECK(hex(encoded({{"k", std::string(32, 'v')}})).starts_with("ff81a16bda0020"));
}

TEST_CASE("protocol 2 writes the bytes of role alone, protocol 3 a map") {
  const Tags tags{{"role", "web"}, {"dc", "eu"}};
  CHECK(swim::as_text(encoded(tags, 2)) == "web");
  CHECK(encoded({{"dc", "eu"}}, 2).empty());
  CHECK(encoded(tags, 3) == encoded(tags, 5));
}

TEST_CASE("tags come back, however many and however long") {
  Tags tags;
  for (int i = 0; i < 20; ++i) {
    tags["key" + std::to_string(i)] = std::string(static_cast<std::size_t>(i * 4), 'x');
  }
  CHECK(decode_tags(encoded(tags)) == tags);
  CHECK(decode_tags(encoded({})).empty());
}

TEST_CASE("Meta without ff is the tag role, empty Meta an empty one") {
  CHECK(decode_tags(swim::as_bytes("web")) == Tags{{"role", "web"}});
  CHECK(decode_tags({}) == Tags{{"role", ""}});
  CHECK(find_tag({}, "role") == "");
  CHECK(find_tag(swim::as_bytes("web"), "role") == "web");
  CHECK_FALSE(find_tag(swim::as_bytes("web"), "dc"));
}

TEST_CASE("one tag is found without the others and looks into Meta") {
  const Buffer meta = encoded({{"dc", "eu"}, {"role", "web"}, {"empty", ""}});
  const auto role = find_tag(meta, "role");
  REQUIRE(role);
  CHECK(*role == "web");
  CHECK(swim::as_bytes(*role).data() == meta.data() + meta.size() - 3);
  CHECK(find_tag(meta, "empty") == "");
  CHECK_FALSE(find_tag(meta, "rol"));
  CHECK_FALSE(find_tag(meta, ""));
}

TEST_CASE("a broken map gives no tags at all, not those before the break") {
  const Buffer meta = encoded({{"dc", "eu"}, {"role", "web"}});
  for (std::size_t size = 1; size < meta.size(); ++size) {
    CAPTURE(size);
    const Bytes cut = Bytes(meta).first(size);
    CHECK_FALSE(whole(cut));
    CHECK(decode_tags(cut).empty());
    CHECK_FALSE(find_tag(cut, "dc"));
  }
  for (const char* broken :
       {"ff", "ff05", "ff9102", "ffc1", "ff81a16105", "ff8105a161", "ff81c0a161", "ffdfffffffff"}) {
    CAPTURE(broken);
    CHECK_FALSE(whole(bytes(broken)));
    CHECK(decode_tags(bytes(broken)).empty());
  }
}

TEST_CASE("a nil map is no tags, a nil value an empty one, bin is text, and what follows is ignored") {
  CHECK(whole(bytes("ffc0")));
  CHECK(decode_tags(bytes("ffc0")).empty());
  CHECK(decode_tags(bytes("ff81a16bc0")) == Tags{{"k", ""}});
  CHECK(decode_tags(bytes("ff81c4016bc40176")) == Tags{{"k", "v"}});
  CHECK(decode_tags(bytes("ff81d9016bd90176")) == Tags{{"k", "v"}});
  CHECK(decode_tags(bytes("ff81a16ba176 ffff")) == Tags{{"k", "v"}});
}

TEST_CASE("of a tag that comes twice the last one counts, in the map and when searched") {
  const Buffer meta = bytes("ff82a16ba131a16ba132");
  CHECK(decode_tags(meta) == Tags{{"k", "2"}});
  CHECK(find_tag(meta, "k") == "2");
}

}  // namespace hearsay::tests
