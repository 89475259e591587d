#include "cli/answer_wait.h"

#include <doctest/doctest.h>

using hearsay::agent::rpc::QueryRecord;
using namespace hearsay::cli;

namespace {

QueryRecord ack(std::string_view from) {
  return {.type = QueryRecord::ack, .from = from};
}
QueryRecord answer(std::string_view from) {
  return {.type = QueryRecord::response, .from = from};
}

}  // namespace

TEST_CASE("who has not acknowledged is waited for first, then who has not answered") {
  AnswerWait wait({"a", "b", "c"}, true);
  wait.add(ack("b"));
  CHECK(wait.news() == "Waiting for the acks of 2 of 3 nodes: a, c");
  wait.add(ack("a"));
  wait.add(ack("c"));
  wait.add(answer("a"));
  CHECK(wait.news() == "Waiting for the answers of 2 of 3 nodes: b, c");
  wait.add(answer("b"));
  wait.add(answer("c"));
  CHECK(wait.news() == "Waiting until the time for answers is up");
}

TEST_CASE("without acks there are only answers to wait for, and strangers change nothing") {
  AnswerWait wait({"a"}, false);
  wait.add(answer("nobody"));
  wait.add(ack("a"));
  CHECK(wait.news() == "Waiting for the answers of 1 of 1 nodes: a");
}

TEST_CASE("what is waited for is told when it has changed") {
  AnswerWait wait({"a", "b"}, true);
  CHECK_FALSE(wait.news().empty());
  CHECK(wait.news().empty());
  wait.add(ack("a"));
  CHECK_FALSE(wait.news().empty());
}

TEST_CASE("of many names five are told, and how many more there are") {
  AnswerWait wait({"a", "b", "c", "d", "e", "f", "g"}, true);
  CHECK(wait.news() == "Waiting for the acks of 7 of 7 nodes: a, b, c, d, e and 2 more");
}
