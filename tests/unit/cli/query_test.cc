// The texts and the JSON are those of Serf 0.9.4's CLI.
#include "cli/query_report.h"

#include <doctest/doctest.h>

#include "cli/ack_quorum.h"

using namespace hearsay::cli;
using hearsay::agent::rpc::QueryRecord;
using hearsay::swim::as_bytes;

namespace {

QueryRecord ack(std::string_view from) {
  return {.type = QueryRecord::ack, .from = from, .payload = {}};
}

QueryRecord answer(std::string_view from, std::string_view payload) {
  return {.type = QueryRecord::response, .from = from, .payload = as_bytes(payload)};
}

std::size_t needed(std::string_view text, std::size_t asked) {
  const auto quorum = parse_ack_quorum(text);
  REQUIRE(quorum.has_value());
  return quorum->needed(asked);
}

}  // namespace

TEST_CASE("text names acks and answers as they come, and counts them at the end") {
  QueryReport report(Format::text, "load", true);
  CHECK(report.begin() == "Query 'load' dispatched");
  CHECK(report.add(ack("a")) == "Ack from 'a'");
  CHECK(report.add(answer("a", "1\n\n")) == "Response from 'a': 1\n");
  CHECK(report.add(answer("b", "")) == "Response from 'b': ");
  CHECK(report.end() == "Total Acks: 1\nTotal Responses: 2");
  CHECK(report.acks() == 1);
}

TEST_CASE("text does not count acks that nobody was asked for") {
  const QueryReport report(Format::text, "load", false);
  CHECK(report.end() == "Total Responses: 0");
}

TEST_CASE("json comes at the end, answers sorted by node and with their newlines") {
  QueryReport report(Format::json, "load", true);
  CHECK(report.begin().empty());
  CHECK(report.add(ack("b")).empty());
  CHECK(report.add(ack("a")).empty());
  CHECK(report.add(answer("b", "2\n")).empty());
  CHECK(report.add(answer("a", "1")).empty());
  CHECK(report.end() ==
        "{\n"
        "  \"Acks\": [\n"
        "    \"b\",\n"
        "    \"a\"\n"
        "  ],\n"
        "  \"Responses\": {\n"
        "    \"a\": \"1\",\n"
        "    \"b\": \"2\\n\"\n"
        "  }\n"
        "}");
}

TEST_CASE("json without acks and answers has null and an empty object") {
  CHECK(QueryReport(Format::json, "load", true).end() == "{\n  \"Acks\": null,\n  \"Responses\": {}\n}");
}

TEST_CASE("a number of acks is needed whoever is asked, a share is rounded up") {
  CHECK(needed("3", 10) == 3);
  CHECK(needed("3", 1) == 3);
  CHECK(needed("90%", 10) == 9);
  CHECK(needed("90%", 11) == 10);
  CHECK(needed("100%", 7) == 7);
  CHECK(needed("1%", 7) == 1);
  CHECK(needed("50%", 3) == 2);
}

TEST_CASE("a share of nobody is still one") {
  CHECK(needed("90%", 0) == 1);
}

TEST_CASE("what is neither a number nor a share is named with what to type instead") {
  for (const std::string_view text :
       {"", "%", "0", "0%", "101%", "-1", "ninety", "9.5%", "90 %", "3x", "%90", "99999999999999999999999"}) {
    const auto quorum = parse_ack_quorum(text);
    REQUIRE_MESSAGE(!quorum, text);
    CHECK(quorum.error() == "Invalid -min-acks: '" + std::string(text) +
                                "'. Give a number of nodes, as in 3, or a share of those asked, as in 90%");
  }
}
