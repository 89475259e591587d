#include "agent/rpc/dial.h"

#include <chrono>

#include <doctest/doctest.h>

namespace hearsay::agent::rpc {
namespace {

using namespace std::chrono_literals;

TEST_CASE("addresses of a name share the time to connect, and one alone has all of it") {
  CHECK(share_of(10s, 1) == 10s);
  CHECK(share_of(10s, 2) == 5s);
  CHECK(share_of(6s, 2) == 3s);
}

TEST_CASE("of many addresses each has two seconds, while there are any") {
  CHECK(share_of(10s, 20) == 2s);
  CHECK(share_of(1500ms, 3) == 1500ms);
  CHECK(share_of(0s, 3) == 0s);
}

TEST_CASE("no address is waited for without end when the time is over") {
  CHECK(share_of(-1ms, 1) == 0s);
}

}  // namespace
}  // namespace hearsay::agent::rpc
