#include <doctest/doctest.h>

#include <limits>

#include "swim/members/precedence.h"

using namespace hearsay::swim;

namespace {

constexpr std::uint32_t held = 5;

/// One line of a table: what is held, what is claimed, what becomes of it.
struct Line {
  Liveness liveness;
  int newer;  // of the claim against what is held: -1 older, 0 the same, 1 newer
  Ruling ruling;
};

Standing other(Liveness liveness) {
  return {.liveness = liveness, .incarnation = held};
}
Standing self() {
  return {.liveness = Liveness::alive, .incarnation = held, .self = true};
}
std::uint32_t claimed(int newer) {
  return static_cast<std::uint32_t>(static_cast<int>(held) + newer);
}

}  // namespace

TEST_CASE("an alive claim from the same address wins only with a higher incarnation") {
  for (const Liveness liveness : {Liveness::alive, Liveness::suspect, Liveness::dead, Liveness::left}) {
    CAPTURE(static_cast<int>(liveness));
    CHECK(judge_alive(other(liveness), {.incarnation = claimed(-1)}) == Ruling::ignore);
    CHECK(judge_alive(other(liveness), {.incarnation = claimed(0)}) == Ruling::ignore);
    CHECK(judge_alive(other(liveness), {.incarnation = claimed(0), .content_differs = true}) ==
          Ruling::ignore);
    CHECK(judge_alive(other(liveness), {.incarnation = claimed(1)}) == Ruling::accept);
  }
}

TEST_CASE("an unknown name is accepted with any incarnation but zero") {
  const Standing unknown{.liveness = Liveness::unknown, .incarnation = 0};
  CHECK(judge_alive(unknown, {.incarnation = 0}) == Ruling::ignore);
  CHECK(judge_alive(unknown, {.incarnation = 1}) == Ruling::accept);
}

TEST_CASE("a member that is gone at the largest incarnation starts anew with any, once that is verified") {
  for (const Liveness gone : {Liveness::dead, Liveness::left}) {
    const Standing standing{.liveness = gone, .incarnation = largest_incarnation};
    for (const std::uint32_t incarnation : {1U, 7U, largest_incarnation}) {
      CHECK(judge_alive(standing, {.incarnation = incarnation}) == Ruling::ask);
      CHECK(judge_alive(standing, {.incarnation = incarnation, .verified = true}) == Ruling::accept);
    }
  }
  for (const Liveness here : {Liveness::alive, Liveness::suspect}) {
    const Standing standing{.liveness = here, .incarnation = largest_incarnation};
    CHECK(judge_alive(standing, {.incarnation = largest_incarnation, .verified = true}) == Ruling::ignore);
  }
  const Standing below{.liveness = Liveness::dead, .incarnation = largest_incarnation - 1};
  CHECK(judge_alive(below, {.incarnation = 1, .verified = true}) == Ruling::ignore);
}

TEST_CASE("a name that is in use cannot be taken by another address, whatever the incarnation") {
  for (const Liveness liveness : {Liveness::alive, Liveness::suspect, Liveness::dead}) {
    for (const int newer : {-1, 0, 1}) {
      CAPTURE(static_cast<int>(liveness));
      CHECK(judge_alive(other(liveness), {.incarnation = claimed(newer), .address_differs = true}) ==
            Ruling::conflict);
    }
  }
}

TEST_CASE(
    "a name that left can be taken by another address even with a lower incarnation, once it is silent") {
  AliveClaim moved{.incarnation = 1, .address_differs = true};
  CHECK(judge_alive(other(Liveness::left), moved) == Ruling::ask);
  moved.verified = true;
  CHECK(judge_alive(other(Liveness::left), moved) == Ruling::accept);
}

TEST_CASE("a dead name can be taken by another address once its grace period is over and it is silent") {
  for (const Liveness gone : {Liveness::dead, Liveness::unknown}) {
    AliveClaim moved{.incarnation = 1, .address_differs = true};
    CHECK(judge_alive(other(gone), moved) == Ruling::conflict);
    moved.address_reclaimable = true;
    CHECK(judge_alive(other(gone), moved) == Ruling::ask);
    moved.verified = true;
    CHECK(judge_alive(other(gone), moved) == Ruling::accept);
  }
}

TEST_CASE("the name of a member that is here cannot be taken, whatever else holds") {
  const AliveClaim moved{
      .incarnation = 9, .address_differs = true, .address_reclaimable = true, .verified = true};
  CHECK(judge_alive(other(Liveness::suspect), moved) == Ruling::conflict);
  CHECK(judge_alive(other(Liveness::alive), moved) == Ruling::conflict);
}

TEST_CASE("an alive claim about this node is refuted unless it is old or an echo") {
  CHECK(judge_alive(self(), {.incarnation = claimed(-1), .content_differs = true}) == Ruling::ignore);
  CHECK(judge_alive(self(), {.incarnation = claimed(0)}) == Ruling::ignore);
  CHECK(judge_alive(self(), {.incarnation = claimed(0), .content_differs = true}) == Ruling::refute);
  CHECK(judge_alive(self(), {.incarnation = claimed(1)}) == Ruling::refute);
}

TEST_CASE("an alive claim about this node from another address is a conflict, not refuted") {
  CHECK(judge_alive(self(), {.incarnation = claimed(1), .address_differs = true}) == Ruling::conflict);
}

TEST_CASE("a node that is leaving ignores every alive claim about itself") {
  Standing leaving = self();
  leaving.leaving = true;
  for (const bool moved : {false, true}) {
    CHECK(judge_alive(leaving, {.incarnation = claimed(1), .address_differs = moved}) == Ruling::ignore);
  }
}

TEST_CASE("the whole table of suspect claims about others") {
  const Line table[] = {
      {Liveness::alive, -1, Ruling::ignore},   {Liveness::alive, 0, Ruling::accept},
      {Liveness::alive, 1, Ruling::accept},    {Liveness::suspect, -1, Ruling::ignore},
      {Liveness::suspect, 0, Ruling::confirm}, {Liveness::suspect, 1, Ruling::confirm},
      {Liveness::dead, -1, Ruling::ignore},    {Liveness::dead, 0, Ruling::ignore},
      {Liveness::dead, 1, Ruling::ignore},     {Liveness::left, -1, Ruling::ignore},
      {Liveness::left, 0, Ruling::ignore},     {Liveness::left, 1, Ruling::ignore},
      {Liveness::unknown, -1, Ruling::ignore}, {Liveness::unknown, 0, Ruling::ignore},
      {Liveness::unknown, 1, Ruling::ignore},
  };
  for (const Line& line : table) {
    CAPTURE(static_cast<int>(line.liveness));
    CAPTURE(line.newer);
    CHECK(judge_suspect(other(line.liveness), claimed(line.newer)) == line.ruling);
  }
}

TEST_CASE("the whole table of dead claims about others") {
  const Line table[] = {
      {Liveness::alive, -1, Ruling::ignore},   {Liveness::alive, 0, Ruling::accept},
      {Liveness::alive, 1, Ruling::accept},    {Liveness::suspect, -1, Ruling::ignore},
      {Liveness::suspect, 0, Ruling::accept},  {Liveness::suspect, 1, Ruling::accept},
      {Liveness::dead, -1, Ruling::ignore},    {Liveness::dead, 0, Ruling::ignore},
      {Liveness::dead, 1, Ruling::ignore},     {Liveness::left, -1, Ruling::ignore},
      {Liveness::left, 0, Ruling::ignore},     {Liveness::left, 1, Ruling::ignore},
      {Liveness::unknown, -1, Ruling::ignore}, {Liveness::unknown, 0, Ruling::ignore},
      {Liveness::unknown, 1, Ruling::ignore},
  };
  for (const Line& line : table) {
    CAPTURE(static_cast<int>(line.liveness));
    CAPTURE(line.newer);
    CHECK(judge_dead(other(line.liveness), claimed(line.newer)) == line.ruling);
  }
}

TEST_CASE("accusations of this node are refuted unless they are old") {
  CHECK(judge_suspect(self(), claimed(-1)) == Ruling::ignore);
  CHECK(judge_suspect(self(), claimed(0)) == Ruling::refute);
  CHECK(judge_suspect(self(), claimed(1)) == Ruling::refute);
  CHECK(judge_dead(self(), claimed(-1)) == Ruling::ignore);
  CHECK(judge_dead(self(), claimed(0)) == Ruling::refute);
  CHECK(judge_dead(self(), claimed(1)) == Ruling::refute);
}

TEST_CASE("a node that is leaving accepts its own death") {
  Standing leaving = self();
  leaving.leaving = true;
  CHECK(judge_dead(leaving, claimed(0)) == Ruling::accept);
}

TEST_CASE("a refutation outbids both its own incarnation and the accusation, and never wraps") {
  constexpr std::uint32_t max = std::numeric_limits<std::uint32_t>::max();
  CHECK(outbid(7, 3) == 8);
  CHECK(outbid(7, 7) == 8);
  CHECK(outbid(7, 20) == 21);
  CHECK(outbid(7, max - 1) == max);
  CHECK(outbid(7, max) == max);
}
