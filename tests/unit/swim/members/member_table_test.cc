#include <doctest/doctest.h>

#include <map>
#include <string>

#include "swim/members/member_table.h"
#include "swim/random.h"

using namespace hearsay::swim;

TEST_CASE("a member is found by its name with the text it was added with") {
  MemberTable table;
  const MemberId id = table.add("alpha", as_bytes("meta"));
  CHECK(table.find("alpha") == id);
  CHECK(table.find("beta") == no_member);
  CHECK(table[id].name() == "alpha");
  CHECK(as_text(table[id].meta()) == "meta");
  CHECK(table[id].liveness == Liveness::unknown);
  CHECK(table[id].status == MemberStatus::none);
}

TEST_CASE("new Meta leaves the name as it was") {
  MemberTable table;
  const MemberId id = table.add("alpha", as_bytes("short"));
  table.set_meta(id, as_bytes("something rather longer than before"));
  CHECK(table.find("alpha") == id);
  CHECK(as_text(table[id].meta()) == "something rather longer than before");
  table.set_meta(id, {});
  CHECK(table[id].name() == "alpha");
  CHECK(table[id].meta().empty());
}

TEST_CASE("a copied text stays as it was when its member changes, and when it is erased") {
  MemberTable table;
  const MemberId id = table.add("alpha", as_bytes("old"));
  const NameAndMeta before = table[id].text;
  table.set_meta(id, as_bytes("new"));
  NameAndMeta after = table[id].text;
  table.erase(id);
  table.add("beta", as_bytes("other"));
  CHECK(before.name() == "alpha");
  CHECK(as_text(before.meta()) == "old");
  CHECK(as_text(after.meta()) == "new");
  after = before;
  CHECK(after.name().data() == before.name().data());
}

TEST_CASE("a row stays where it is while the table grows") {
  MemberTable table;
  const Member* first = &table[table.add("first", {})];
  for (int i = 0; i < 5000; ++i) {
    table.add("n" + std::to_string(i), {});
  }
  CHECK(first == &table[table.find("first")]);
}

TEST_CASE("counts follow every change of liveness and status") {
  MemberTable table;
  const MemberId id = table.add("alpha", {});
  CHECK(table.node_count() == 0);
  CHECK(table.member_count() == 0);
  CHECK(table.row_count() == 1);
  table.set_liveness(id, Liveness::alive, {});
  table.set_status(id, MemberStatus::alive, {});
  CHECK(table.node_count() == 1);
  CHECK(table.count(Liveness::alive) == 1);
  table.set_liveness(id, Liveness::dead, {});
  table.set_status(id, MemberStatus::failed, {});
  CHECK(table.count(Liveness::alive) == 0);
  CHECK(table.count(MemberStatus::failed) == 1);
  table.erase(id);
  CHECK(table.row_count() == 0);
  CHECK(table.count(MemberStatus::failed) == 0);
}

TEST_CASE("an erased row is given to the next member") {
  MemberTable table;
  const MemberId id = table.add("alpha", {});
  table.add("beta", {});
  table.erase(id);
  CHECK(table.find("alpha") == no_member);
  CHECK_FALSE(table.occupied(id));
  CHECK(table.add("gamma", {}) == id);
  CHECK(table.rows_end() == 2);
}

TEST_CASE("the index agrees with a plain map over thousands of random adds and erases") {
  MemberTable table(99);
  std::map<std::string, MemberId> model;
  Random random(42);
  for (int i = 0; i < 20000; ++i) {
    const std::string name = "n" + std::to_string(random.below(700));
    const auto known = model.find(name);
    if (known == model.end()) {
      model[name] = table.add(name, as_bytes(name));
    } else {
      table.erase(known->second);
      model.erase(known);
    }
  }
  CHECK(table.row_count() == model.size());
  for (int i = 0; i < 700; ++i) {
    const std::string name = "n" + std::to_string(i);
    const auto known = model.find(name);
    REQUIRE(table.find(name) == (known == model.end() ? no_member : known->second));
  }
}
