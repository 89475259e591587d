#include "agent/net/resolver.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using namespace hearsay::agent;
using hearsay::swim::IpAddress;
using net::Resolver;

TEST_CASE("a literal is answered at once") {
  loop::Loop loop;
  Resolver resolver(loop);
  std::optional<Resolver::Answer> answer;
  resolver.resolve("10.1.2.3", [&](Resolver::Answer got) { answer = std::move(got); });
  REQUIRE(answer.has_value());
  CHECK(answer->value() == std::vector{IpAddress::v4(10, 1, 2, 3)});
}

TEST_CASE("names are answered in order, each address once, and a bad name says which") {
  loop::Loop loop;
  Resolver resolver(loop);
  std::vector<Resolver::Answer> answers;
  const auto keep = [&](Resolver::Answer got) { answers.push_back(std::move(got)); };
  resolver.resolve("localhost", keep);
  resolver.resolve("no..such..name", keep);
  CHECK(answers.empty());
  while (answers.size() < 2) {
    loop.run_once();
  }
  REQUIRE(answers[0].has_value());
  CHECK(std::ranges::all_of(*answers[0], &IpAddress::is_loopback));
  auto sorted = *answers[0];
  std::ranges::sort(sorted);
  CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
  REQUIRE_FALSE(answers[1].has_value());
  CHECK(answers[1].error().starts_with("lookup no..such..name: "));

  resolver.resolve("localhost", keep);  // by now the first thread may be gone
  while (answers.size() < 3) {
    loop.run_once();
  }
  CHECK(answers[2] == answers[0]);
}

TEST_CASE("more questions than may wait are refused at once and counted, a literal never") {
  loop::Loop loop;
  Resolver resolver(loop);
  std::size_t answered = 0;
  for (std::size_t i = 0; i < Resolver::questions_max; ++i) {
    resolver.resolve("localhost", [&](const Resolver::Answer&) { ++answered; });
  }
  std::optional<Resolver::Answer> answer;
  const auto take = [&](Resolver::Answer got) { answer = std::move(got); };
  resolver.resolve("localhost", take);
  REQUIRE(answer.has_value());
  CHECK(answer->error() == "lookup localhost: too many lookups");
  CHECK(resolver.refused() == 1);
  resolver.resolve("10.1.2.3", take);
  CHECK(answer->has_value());
  while (answered < Resolver::questions_max) {
    loop.run_once();
  }
  answer.reset();
  resolver.resolve("localhost", take);
  CHECK_FALSE(answer.has_value());  // there is room again
}

TEST_CASE("a resolver may go away while names wait") {
  loop::Loop loop;
  bool called = false;
  {
    Resolver resolver(loop);
    for (int i = 0; i < 10; ++i) {
      resolver.resolve("localhost", [&](const Resolver::Answer&) { called = true; });
    }
  }
  loop.run_ready();
  CHECK_FALSE(called);
}
