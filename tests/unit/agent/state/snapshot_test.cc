#include "agent/state/snapshot.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "../temp_dir.h"
#include "agent/net/address.h"

using namespace hearsay::agent;
using namespace hearsay::agent::state;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::swim::MemberEvent;
using hearsay::swim::MemberEventKind;
using hearsay::test::TempDir;

namespace {

constexpr Endpoint at_a{.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946};
constexpr Endpoint at_b{.ip = IpAddress::v4(10, 0, 0, 2), .port = 7946};

MemberEvent event(MemberEventKind kind, std::string_view name, const Endpoint& at) {
  return {.kind = kind,
          .member = {.text = hearsay::swim::NameAndMeta(name, {}), .at = at, .status = {}, .versions = {}}};
}

struct Fixture {
  TempDir dir;
  loop::Loop loop;

  Snapshot open(bool keep_after_leave = false) {
    auto snapshot = Snapshot::open(loop, dir.path("snap"), keep_after_leave);
    REQUIRE(snapshot.has_value());
    return std::move(*snapshot);
  }
};

/// No file can grow past so many bytes while this lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int);
};

}  // namespace

TEST_CASE("a snapshot's lines add up to who was alive and which times were seen") {
  const auto contents = parse_snapshot(
      "alive: a 10.0.0.1:7946\n"
      "alive: name with spaces [fe80::1]:80\n"
      "alive: b 10.0.0.2:7946\n"
      "clock: 5\nevent-clock: 6\nquery-clock: 7\n"
      "not-alive: b\nnot-alive: unheard of\n"
      "# a comment\ncoordinate: {old}\n"
      "clock: 8\n",
      false);
  CHECK(contents.alive.size() == 2);
  CHECK(contents.alive.at("a") == at_a);
  CHECK(contents.alive.at("name with spaces") == Endpoint{.ip = *net::parse_ip("fe80::1"), .port = 80});
  CHECK(contents.clocks == SnapshotClocks{.member = 8, .event = 6, .query = 7});
  CHECK(contents.lines_skipped == 0);
}

TEST_CASE("lines that mean nothing are skipped and counted, and the rest is read") {
  const auto contents = parse_snapshot(
      "alive: a 10.0.0.1:7946\n"
      "alive: b 10.0.0.2\nalive: c nohost:1\nalive: 10.0.0.2:1\nalive: d 10.0.0.2:99999\n"
      "clock: x\nclock: 99999999999999999999\nnonsense\n\n"
      "alive: control\x01 10.0.0.1:7946\nalive:  10.0.0.1:7946\n",
      false);
  CHECK(contents.alive.size() == 1);
  CHECK(contents.lines_skipped == 10);
}

TEST_CASE("a torn last line is ignored") {
  const auto contents = parse_snapshot("alive: a 10.0.0.1:7946\nalive: b 10.0.0.2:79", false);
  CHECK(contents.alive.size() == 1);
  CHECK(contents.bytes_complete == 23);
}

TEST_CASE("a leave forgets what was before it unless the agent is to rejoin anyway") {
  const std::string_view text = "alive: a 10.0.0.1:7946\nclock: 5\nleave\nclock: 6\n";
  CHECK(parse_snapshot(text, false).alive.empty());
  CHECK(parse_snapshot(text, false).clocks == SnapshotClocks{.member = 6});
  CHECK(parse_snapshot(text, true).alive.size() == 1);
}

TEST_CASE("a compacted snapshot reads back as the same") {
  SnapshotContents contents;
  contents.alive = {{"a", at_a}, {"b", at_b}};
  contents.clocks = {.member = 1, .event = 2, .query = 3};
  const auto back = parse_snapshot(compact_snapshot(contents), false);
  CHECK(back.alive == contents.alive);
  CHECK(back.clocks == contents.clocks);
}

TEST_CASE("a name that would break the line format is not written") {
  CHECK(alive_line("a\nleave", at_a).empty());
  CHECK(not_alive_line("a\nleave").empty());
  CHECK(alive_line("", at_a).empty());
}

TEST_CASE("lines reach the file after the flush interval and a restart reads them") {
  Fixture f;
  {
    auto snapshot = f.open();
    snapshot.record(event(MemberEventKind::join, "a", at_a));
    snapshot.record(event(MemberEventKind::join, "b", at_b));
    snapshot.record(event(MemberEventKind::failed, "b", at_b));
    snapshot.record(event(MemberEventKind::update, "a", at_a));
    snapshot.record_clocks({.member = 3});
    snapshot.record_clocks({.member = 3});
    CHECK(f.dir.read("snap").empty());
    f.loop.run();  // until the timer has flushed
    CHECK(f.dir.read("snap") == "alive: a 10.0.0.1:7946\nalive: b 10.0.0.2:7946\nnot-alive: b\nclock: 3\n");
    snapshot.record_clocks({.member = 4});
  }
  const auto again = f.open();  // the end of the agent flushed the rest
  CHECK(again.contents().alive.size() == 1);
  CHECK(again.contents().clocks == SnapshotClocks{.member = 4});
}

TEST_CASE("the time of an event or a query is in the file before anybody acts on it") {
  Fixture f;
  auto snapshot = f.open();
  snapshot.record_clocks({.member = 3, .event = 2});
  CHECK(f.dir.read("snap") == "clock: 3\nevent-clock: 2\n");
  snapshot.record_clocks({.member = 3, .event = 2, .query = 7});
  CHECK(f.dir.read("snap") == "clock: 3\nevent-clock: 2\nquery-clock: 7\n");
  snapshot.record_clocks({.member = 4, .event = 2, .query = 7});
  CHECK(f.dir.read("snap") == "clock: 3\nevent-clock: 2\nquery-clock: 7\n");
}

TEST_CASE("a torn line left by a crash does not swallow the next one") {
  Fixture f;
  f.dir.write("snap", "alive: a 10.0.0.1:7946\nalive: b 10.");
  f.open().record(event(MemberEventKind::join, "c", at_b));
  CHECK(f.dir.read("snap") == "alive: a 10.0.0.1:7946\nalive: c 10.0.0.2:7946\n");
}

TEST_CASE("after a leave nothing more is written and the next start finds nobody") {
  Fixture f;
  {
    auto snapshot = f.open();
    snapshot.record(event(MemberEventKind::join, "a", at_a));
    snapshot.record_leave();
    snapshot.record(event(MemberEventKind::leave, "a", at_a));
    snapshot.record_clocks({.event = 7});
    snapshot.flush();
    CHECK(f.dir.read("snap") == "alive: a 10.0.0.1:7946\nleave\n");
  }
  CHECK(f.open().contents().alive.empty());
  CHECK(f.open(true).contents().alive.size() == 1);
}

TEST_CASE("an agent that is to rejoin notes times to its end, so that no event of its leave is told again") {
  Fixture f;
  {
    auto snapshot = f.open(true);
    snapshot.record(event(MemberEventKind::join, "a", at_a));
    snapshot.record_clocks({.event = 6});
    snapshot.record_leave();
    snapshot.record(event(MemberEventKind::leave, "a", at_a));
    snapshot.record_clocks({.event = 6});
    snapshot.record_clocks({.event = 7});
  }
  CHECK(f.dir.read("snap") == "alive: a 10.0.0.1:7946\nevent-clock: 6\nleave\nevent-clock: 7\n");
  const auto again = f.open(true);
  CHECK(again.contents().clocks.event == 7);
  CHECK(again.contents().alive.size() == 1);
}

TEST_CASE("a file written anew after a leave still says so") {
  Fixture f;
  {
    auto snapshot = f.open(true);
    snapshot.record(event(MemberEventKind::join, "a", at_a));
    snapshot.record_leave();
    std::uint64_t time = 100000;
    for (std::size_t bytes = 0; bytes < 2 * Snapshot::pending_bytes_max; bytes += 14) {
      snapshot.record_clocks({.member = ++time});
    }
  }
  CHECK(f.dir.read("snap").size() < Snapshot::pending_bytes_max);
  CHECK(f.open().contents().alive.empty());
  CHECK(f.open(true).contents().alive.size() == 1);
}

TEST_CASE("a file that has grown past its worth is replaced by a short one and written on") {
  Fixture f;
  auto snapshot = f.open();
  snapshot.record(event(MemberEventKind::join, "a", at_a));
  std::uint64_t time = 0;
  const auto grow_by = [&](std::size_t bytes) {
    for (std::size_t written = 0; written < bytes; written += 12) {
      snapshot.record_clocks({.member = 100000 + ++time});  // "clock: NNNNNN\n" is longer than 12
    }
    snapshot.flush();
  };
  grow_by(Snapshot::compact_bytes_min / 2);
  CHECK(f.dir.read("snap").size() > Snapshot::compact_bytes_min / 2);
  grow_by(Snapshot::compact_bytes_min / 2);
  const std::string member_clock = std::to_string(100000 + time);
  CHECK(f.dir.read("snap") ==
        "alive: a 10.0.0.1:7946\nclock: " + member_clock + "\nevent-clock: 0\nquery-clock: 0\n");
  snapshot.record(event(MemberEventKind::join, "b", at_b));
  snapshot.flush();
  CHECK(f.dir.read("snap").ends_with("query-clock: 0\nalive: b 10.0.0.2:7946\n"));
  CHECK(snapshot.write_errors() == 0);
}

TEST_CASE("what a full disk refuses is written once there is room, and never glued to a torn line") {
  Fixture f;
  auto snapshot = f.open();
  snapshot.record(event(MemberEventKind::join, "a", at_a));
  snapshot.flush();
  {
    const FullDisk full(30);  // in the middle of the second line
    snapshot.record(event(MemberEventKind::join, "b", at_b));
    snapshot.flush();
    CHECK(snapshot.write_errors() == 1);
    CHECK(f.dir.read("snap") == "alive: a 10.0.0.1:7946\n");
    snapshot.record(event(MemberEventKind::join, "c", at_b));
  }
  f.loop.run();  // nothing new comes: the retry is enough
  CHECK(f.dir.read("snap") == "alive: a 10.0.0.1:7946\nalive: b 10.0.0.2:7946\nalive: c 10.0.0.2:7946\n");
}

TEST_CASE("what waits for room is bounded, and then the file is written anew from what is known") {
  Fixture f;
  auto snapshot = f.open();
  snapshot.record(event(MemberEventKind::join, "a", at_a));
  snapshot.flush();
  std::uint64_t time = 100000;
  {
    const FullDisk full(30);
    for (std::size_t bytes = 0; bytes < 2 * Snapshot::pending_bytes_max; bytes += 14) {
      snapshot.record_clocks({.member = ++time});
    }
    snapshot.flush();
    CHECK(snapshot.write_errors() == 1);
  }
  snapshot.flush();
  CHECK(f.dir.read("snap") ==
        "alive: a 10.0.0.1:7946\nclock: " + std::to_string(time) + "\nevent-clock: 0\nquery-clock: 0\n");
}

TEST_CASE("a snapshot that cannot be opened says why") {
  Fixture f;
  CHECK(Snapshot::open(f.loop, f.dir.path("none/snap"), false).error() == "no such file or directory");
}

TEST_CASE("a new snapshot is for its owner, and one that others could have written is not believed") {
  const TempDir dir;
  loop::Loop loop;
  const std::string path = dir.path("snapshot");
  REQUIRE(Snapshot::open(loop, path, false).has_value());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
  REQUIRE(::chmod(path.c_str(), 0666) == 0);
  CHECK(Snapshot::open(loop, path, false).error() == "every user can write to it: chmod o-w");
  REQUIRE(::symlink("snapshot", dir.path("link").c_str()) == 0);
  CHECK(Snapshot::open(loop, dir.path("link"), false).error() ==
        "it is a symbolic link: name the file it leads to");
}
