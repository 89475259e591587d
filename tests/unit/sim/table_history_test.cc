#include "sim/checks/table_history.h"

#include <doctest/doctest.h>

using namespace hearsay::sim;
using namespace hearsay::swim;

namespace {

struct Table {
  Table() {
    id = table.add("a", {});
    table.set_liveness(id, Liveness::alive, {});
    table.set_status(id, MemberStatus::alive, {});
    table[id].incarnation = 5;
    table[id].status_ltime = 9;
    CHECK_FALSE(history.look(table));
  }
  MemberTable table;
  MemberId id;
  TableHistory history;
};

}  // namespace

TEST_CASE("an incarnation that went back is seen, and one that went on or stays is not") {
  Table t;
  CHECK_FALSE(t.history.look(t.table));
  t.table[t.id].incarnation = 6;
  CHECK_FALSE(t.history.look(t.table));
  t.table[t.id].incarnation = 5;
  CHECK(t.history.look(t.table) == "incarnation of a went back from 6 to 5");
}

TEST_CASE("the time of a status that went back is seen") {
  Table t;
  t.table[t.id].status_ltime = 8;
  CHECK(t.history.look(t.table) == "status time of a went back from 9 to 8");
}

TEST_CASE("who was forgotten in between may come back as young as it likes") {
  Table t;
  t.table.set_liveness(t.id, Liveness::unknown, {});
  t.table[t.id].incarnation = 0;
  CHECK_FALSE(t.history.look(t.table));
  t.table.set_liveness(t.id, Liveness::alive, {});
  t.table[t.id].incarnation = 1;
  CHECK_FALSE(t.history.look(t.table));
}

TEST_CASE("a row that another member has now tells nothing of it") {
  Table t;
  t.table.erase(t.id);
  const MemberId other = t.table.add("b", {});
  REQUIRE(other == t.id);
  t.table.set_liveness(other, Liveness::alive, {});
  t.table.set_status(other, MemberStatus::alive, {});
  t.table[other].incarnation = 1;
  CHECK_FALSE(t.history.look(t.table));
}

TEST_CASE("a clock that went back is seen") {
  ClockHistory clocks;
  CHECK_FALSE(clocks.look(1, 5, 3));
  CHECK_FALSE(clocks.look(1, 6, 3));
  CHECK(clocks.look(1, 5, 3) == "Lamport clock of event went back from 6 to 5");
}
