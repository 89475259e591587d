#include "cli/list_command.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

using namespace hearsay::cli;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds never{0};

}  // namespace

TEST_CASE("a command reads the list to its end, however long it is") {
  const std::string list(1U << 20U, 'x');
  const auto end = run_with_input("test \"$(wc -c)\" = 1048576", list, never);
  REQUIRE(end.has_value());
  CHECK(end->succeeded());
  CHECK(run_with_input("read line; test \"$line\" = one", "one\ntwo\n", never)->succeeded());
}

TEST_CASE("a command that reads nothing is no trouble") {
  CHECK(run_with_input("exit 0", std::string(1U << 20U, 'x'), never)->succeeded());
}

TEST_CASE("how a command ended is told") {
  CHECK(run_with_input("exit 3", "", never)->status == 3);
  CHECK(run_with_input("kill -KILL $$", "", never)->signal == 9);
  CHECK(run_with_input("no-such-command-here 2>/dev/null", "", never)->status == 127);
}

TEST_CASE("a command that takes too long is ended with all it started") {
  const auto end = run_with_input("sleep 1000 | cat", "", milliseconds(50));
  REQUIRE(end.has_value());
  CHECK(end->timed_out);
  CHECK_FALSE(end->succeeded());
}
