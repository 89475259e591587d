#include "cli/stats.h"

#include <doctest/doctest.h>

#include "agent/rpc/msgpack_writer.h"

using namespace hearsay::cli;
using hearsay::agent::rpc::Writer;
using hearsay::swim::Buffer;

namespace {

Buffer answer() {
  Buffer out;
  Writer writer(out);
  writer.map(2).text("tags").map(0);
  writer.text("serf").map(2).text("members").text("3").text("failed").text("0");
  return out;
}

}  // namespace

TEST_CASE("sections and keys are sorted, in text and in JSON") {
  const Buffer body = answer();
  const auto stats = decode_stats(body);
  REQUIRE(stats.has_value());
  CHECK(stats_as_text(*stats) == "serf:\n\tfailed = 0\n\tmembers = 3\ntags:");
  CHECK(stats_as_json(*stats) == R"({
  "serf": {
    "failed": "0",
    "members": "3"
  },
  "tags": {}
})");
}

TEST_CASE("an answer that is no map of maps of text is refused") {
  Buffer body;
  Writer(body).map(1).text("serf").map(1).text("members").unsigned_integer(3);
  CHECK_FALSE(decode_stats(body).has_value());
  CHECK_FALSE(decode_stats(hearsay::swim::as_bytes("\x05")).has_value());
}
