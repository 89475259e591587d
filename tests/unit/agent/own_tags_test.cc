#include "agent/own_tags.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "agent/state/tags_file.h"
#include "peer.h"
#include "temp_dir.h"

using namespace hearsay::agent;
using namespace hearsay::test;
using hearsay::swim::Tags;

namespace {

/// Of the node itself: a new one is told to everybody.
std::uint32_t incarnation(const Peer& peer) {
  const auto& members = peer.gossip->node().members();
  return members[members.find("a")].incarnation;
}

/// A file that is replaced gets another.
ino_t inode(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

/// Reloads, and returns the error.
std::string reload(Peer& peer, OwnTags& tags, const Tags& read_now) {
  std::optional<std::string> result;
  tags.reload(read_now, [&](const std::string& error) { result = error; });
  while (!result) {
    peer.loop.run_once();
  }
  return *result;
}

}  // namespace

TEST_CASE("a reload that changes no tag tells nobody, also after a client has set one") {
  loop::Loop loop;
  Peer a(loop, "a");
  OwnTags tags(*a.gossip, a.commands, a.log, {}, "");
  CHECK(reload(a, tags, {{"role", "web"}}).empty());
  const auto changed = incarnation(a);
  CHECK(changed > 1);
  CHECK(reload(a, tags, {{"role", "web"}}).empty());
  CHECK(incarnation(a) == changed);
  bool done = false;
  tags.update({{"set", "later"}}, {}, [&](const std::string&) { done = true; });
  while (!done) {
    loop.run_once();
  }
  const auto set = incarnation(a);
  CHECK(set > changed);
  CHECK(reload(a, tags, {{"role", "web"}}).empty());
  CHECK(incarnation(a) == set);
  CHECK(a.gossip->node().tags() == Tags{{"role", "web"}, {"set", "later"}});
}

TEST_CASE("a tags file that holds the tags already is not written by a reload, and another is") {
  const TempDir directory;
  const std::string path = directory.path("tags");
  loop::Loop loop;
  Peer a(loop, "a");
  OwnTags tags(*a.gossip, a.commands, a.log, {}, path);
  CHECK(reload(a, tags, {{"role", "web"}}).empty());
  const ino_t written = inode(path);
  REQUIRE(written != 0);
  CHECK(reload(a, tags, {{"role", "web"}}).empty());
  CHECK(inode(path) == written);
  CHECK(reload(a, tags, {{"role", "db"}}).empty());
  CHECK(state::read_tags(path).value() == Tags{{"role", "db"}});
}
