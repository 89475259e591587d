#include "cli/json_writer.h"

#include <doctest/doctest.h>

using hearsay::cli::JsonWriter;

namespace {

std::string quoted(std::string_view text) {
  return JsonWriter().text(text).result();
}

}  // namespace

TEST_CASE("objects and arrays are indented by two, and empty ones stay closed") {
  JsonWriter out;
  out.begin_object().key("a").begin_array().number(1).begin_object().key("b").null().end_object();
  out.end_array().key("c").begin_object().end_object().key("d").begin_array().end_array().end_object();
  CHECK(out.result() ==
        "{\n"
        "  \"a\": [\n"
        "    1,\n"
        "    {\n"
        "      \"b\": null\n"
        "    }\n"
        "  ],\n"
        "  \"c\": {},\n"
        "  \"d\": []\n"
        "}");
}

TEST_CASE("text is escaped as Go escapes it") {
  CHECK(quoted("a\"b\\c/d") == "\"a\\\"b\\\\c/d\"");
  CHECK(quoted("\n\r\t") == "\"\\n\\r\\t\"");
  CHECK(quoted(std::string_view("\b\f\x1f\0\x7f", 5)) == "\"\\u0008\\u000c\\u001f\\u0000\x7f\"");
  CHECK(quoted("<a&b>") == "\"\\u003ca\\u0026b\\u003e\"");
  CHECK(quoted("caf\xC3\xA9") == "\"caf\xC3\xA9\"");
  CHECK(quoted("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA") == "\"\\u2028\\u2029\xE2\x80\xAA\"");
}

TEST_CASE("bytes that are not UTF-8 are replaced, each on its own") {
  CHECK(quoted("a\xFF\xC3") == "\"a\\ufffd\\ufffd\"");
  CHECK(quoted("\xED\xA0\x80") == "\"\\ufffd\\ufffd\\ufffd\"");
}
