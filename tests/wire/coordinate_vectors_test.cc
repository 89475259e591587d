// proto/vectors/coordinates.txt: where a node's map moves it, step by step, against numbers worked out in
// another language (coordinates.py) and compared to the last bit.
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "swim/gossip/coordinate_client.h"

using namespace hearsay::swim;

namespace {

double read_number(std::istream& words) {
  std::string word;
  words >> word;
  return std::stod(word);
}

Coordinate read_coordinate(std::istream& words) {
  Coordinate out;
  for (double& component : out.vec) {
    component = read_number(words);
  }
  out.error = read_number(words);
  out.adjustment = read_number(words);
  out.height = read_number(words);
  return out;
}

/// A node that follows the table.
struct Follower {
  CoordinateClient client;
  std::map<std::string, Coordinate> peers;
  Random random{1};  // no step of the table draws from it

  void step(std::istream& words) {
    std::string peer;
    std::int64_t round_trip_ns = 0;
    words >> peer >> round_trip_ns;
    const auto found = peers.find(peer);
    REQUIRE(found != peers.end());
    const auto id = static_cast<MemberId>(std::distance(peers.begin(), found) + 1);
    CHECK(client.update(id, found->second, Duration(round_trip_ns), random) == CoordinateUpdate::accepted);
    const Coordinate wanted = read_coordinate(words);
    CHECK(client.own() == wanted);
    CHECK(distance(client.own(), found->second) == read_number(words));
  }
};

}  // namespace

TEST_CASE("a node's coordinate moves as Serf's does, bit for bit, over calm and wild networks") {
  std::ifstream file(std::string(HEARSAY_VECTORS) + "/coordinates.txt");
  Follower node;
  int steps = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    CAPTURE(line);
    if (what == "run") {
      node = Follower{};
    } else if (what == "peer") {
      std::string name;
      words >> name;
      node.peers[name] = read_coordinate(words);
    } else if (what == "step") {
      node.step(words);
      ++steps;
    }
  }
  CHECK(steps == 52);
}
