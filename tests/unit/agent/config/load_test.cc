#include "agent/config/load.h"

#include <doctest/doctest.h>

#include "../temp_dir.h"
#include "agent/config/json_file.h"
#include "agent/config/options.h"

using namespace hearsay::agent;
using hearsay::swim::Tags;
using hearsay::test::TempDir;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Texts = std::vector<std::string>;

namespace {

Config load(const Texts& args) {
  const std::vector<std::string_view> views(args.begin(), args.end());
  auto config = load_config(views);
  REQUIRE_MESSAGE(config.has_value(), (config ? "" : config.error().text));
  return std::move(*config);
}

std::string error_of(const Texts& args) {
  const std::vector<std::string_view> views(args.begin(), args.end());
  const auto config = load_config(views);
  REQUIRE_FALSE(config.has_value());
  return config.error().text;
}

std::string json_error(std::string_view text) {
  const auto config = parse_json_config(text, "a.json");
  REQUIRE_FALSE(config.has_value());
  return config.error();
}

}  // namespace

TEST_CASE("without flags every field has Serf's default") {
  const Config c = load({});
  CHECK(c.bind == "0.0.0.0:7946");
  CHECK(c.rpc_addr == "127.0.0.1:7373");
  CHECK(c.log_level == "INFO");
  CHECK(c.profile == "lan");
  CHECK(c.protocol == 5);
  CHECK(c.retry_interval == seconds(30));
  CHECK(c.broadcast_timeout == seconds(5));
  CHECK(c.reconnect_interval == seconds(30));
  CHECK(c.reconnect_timeout == hours(24));
  CHECK(c.tombstone_timeout == hours(24));
  CHECK(c.dead_node_reclaim_time == seconds(30));
  CHECK(c.user_event_size_limit == 512);
  CHECK(c.query_size_limit == 1024);
  CHECK(c.query_response_size_limit == 1024);
  CHECK_FALSE(c.replay_on_join);
  CHECK(c.node_name.empty());
}

TEST_CASE("each row of the table has a flag or a key that finds it, and help") {
  for (const Option& option : options()) {
    CAPTURE(option.name());
    CHECK((!option.flag.empty() || !option.key.empty()));
    if (!option.key.empty()) {
      CHECK(find_option(option.key) == &option);
    }
    CHECK_FALSE(option.help.empty());
  }
}

TEST_CASE("files are merged in the order of the command line, then come the flags") {
  const TempDir dir;
  const std::string one = dir.write("one.json", R"({"node_name": "one", "profile": "wan", "protocol": 4})");
  const std::string two = dir.write("two.json", R"({"node_name": "two", "retry_interval": "1m30s"})");
  const Config c = load({"-protocol", "3", "-config-file", one, "-config-file=" + two});
  CHECK(c.node_name == "two");
  CHECK(c.profile == "wan");
  CHECK(c.protocol == 3);
  CHECK(c.retry_interval == seconds(90));
  CHECK(load({"-config-file", two, "-config-file", one}).node_name == "one");
}

TEST_CASE("a directory gives its .json files by name, and nothing deeper or of another name") {
  const TempDir dir;
  dir.write("b.json", R"({"node_name": "b"})");
  dir.write("a.json", R"({"node_name": "a", "profile": "local"})");
  dir.write("c.txt", "not JSON");
  std::filesystem::create_directory(dir.path("d.json"));
  const Config c = load({"-config-dir", dir.path("")});
  CHECK(c.node_name == "b");
  CHECK(c.profile == "local");
}

TEST_CASE("tags merge by key, lists are appended, and booleans are only switched on") {
  const TempDir dir;
  const std::string file = dir.write("a.json", R"({"tags": {"a": "1", "b": "2"}, "start_join": ["x"],
    "retry_join": ["r"], "event_handlers": ["h"], "replay_on_join": true, "rejoin_after_leave": false})");
  const Config c = load({"-config-file", file, "-tag", "b=3=4", "-tag", "c=", "-join", "y", "-join=z",
                         "-retry-join", "s", "-event-handler", "i", "-replay=false", "-rejoin"});
  CHECK(c.tags == Tags{{"a", "1"}, {"b", "3=4"}, {"c", ""}});
  CHECK(c.start_join == Texts{"x", "y", "z"});
  CHECK(c.retry_join == Texts{"r", "s"});
  CHECK(c.event_handlers == Texts{"h", "i"});
  CHECK(c.replay_on_join);
  CHECK(c.rejoin_after_leave);
}

TEST_CASE("keys match in any case, and compression is turned off by its flag alone") {
  const auto c =
      parse_json_config(R"({"Node_Name": "n", "RPC_AUTH": "s", "reconnect_TIMEOUT": "500ms"})", "f");
  REQUIRE(c.has_value());
  CHECK(c->node_name == "n");
  CHECK(c->rpc_auth == "s");
  CHECK(c->reconnect_timeout == milliseconds(500));
  CHECK(load({"-disable-compression"}).disable_compression);
  CHECK_FALSE(parse_json_config(R"({"enable_compression": false})", "f")->disable_compression);
  CHECK(json_error(R"({"enable_compression": "no"})") ==
        "Error decoding 'a.json': enable_compression must be true or false, not a string");
}

TEST_CASE("an unknown key is an error that lists all of them") {
  CHECK(json_error(R"({"nod": 1, "bind": "x", "colour": "red"})") ==
        R"(Error decoding 'a.json': unknown keys: "colour", "nod")");
}

TEST_CASE("a value of a wrong type is an error that names the key and what it must be") {
  CHECK(json_error(R"({"protocol": "5"})") ==
        "Error decoding 'a.json': protocol must be a whole number, not a string");
  CHECK(json_error(R"({"protocol": 5.5})") ==
        "Error decoding 'a.json': protocol must be a whole number, not a number");
  CHECK(json_error(R"({"Bind": 1})") == "Error decoding 'a.json': bind must be a string, not a whole number");
  CHECK(json_error(R"({"replay_on_join": 1})") ==
        "Error decoding 'a.json': replay_on_join must be true or false, not a whole number");
  CHECK(
      json_error(R"({"tags": {"a": 1}})") ==
      "Error decoding 'a.json': tags must be an object of strings, not an object with a whole number in it");
  CHECK(json_error(R"({"start_join": "x"})") ==
        "Error decoding 'a.json': start_join must be a list of strings, not a string");
  CHECK(json_error(R"({"retry_interval": "5"})") ==
        R"(Error decoding 'a.json': retry_interval must be a duration such as "30s", not "5")");
  CHECK(json_error(R"({"retry_interval": 5})") ==
        R"(Error decoding 'a.json': retry_interval must be a duration such as "30s", not a whole number)");
}

TEST_CASE("a mistake in the configuration shows no secret and no long value") {
  for (const std::string text : {R"({"encrypt_key": ["hush"]})", R"({"rpc_auth": {"a": "hush"}})",
                                 R"({"tags": ["hush"]})", R"({"protocol": "hush"})"}) {
    CAPTURE(text);
    CHECK(json_error(text).find("hush") == std::string::npos);
  }
  CHECK(json_error(R"({"retry_interval": ")" + std::string(100'000, 'x') + "\"}").size() < 200);
}

TEST_CASE("comments are skipped, and a place is still counted from the first line") {
  const auto config =
      parse_json_config("// what this is\n{ /* name */ \"node_name\": \"a // b\" // of a host\n}", "a.json");
  REQUIRE(config.has_value());
  CHECK(config->node_name == "a // b");
  CHECK(json_error("// a\n/* b\n */ {\n  x\n}") ==
        "Error decoding 'a.json': not valid JSON at line 4, column 3");
  CHECK(json_error("{} /*") == "Error decoding 'a.json': not valid JSON at line 1, column 6");
}

TEST_CASE("text that is no JSON object is refused, with the place") {
  CHECK(json_error("[]") == "Error decoding 'a.json': the file must hold one JSON object");
  CHECK(json_error("{\n  \"bind\": x\n}") == "Error decoding 'a.json': not valid JSON at line 2, column 11");
  CHECK(json_error("") == "Error decoding 'a.json': not valid JSON at line 1, column 1");
  CHECK(json_error(R"({"protocol": 1e999})") == "Error decoding 'a.json': a number is too large for any use");
}

TEST_CASE("an object in the file holds keys of its own, and its mistakes are named with it") {
  const auto config = parse_json_config(
      R"({"discover": "web", "mDNS": {"Interface": "eth7", "disable_ipv4": true}})", "a.json");
  REQUIRE(config.has_value());
  CHECK(config->discover == "web");
  CHECK(config->mdns_interface == "eth7");
  CHECK(config->mdns_disable_ipv4);
  CHECK_FALSE(config->mdns_disable_ipv6);
  CHECK(config->origin("mdns.interface") == "mdns.interface in a.json");
  CHECK(json_error(R"({"mdns": 1})") ==
        "Error decoding 'a.json': mdns must be an object, not a whole number");
  CHECK(json_error(R"({"mdns": {"bind": "x"}})") == "Error decoding 'a.json': unknown keys: \"mdns.bind\"");
  CHECK(json_error(R"({"mdns.interface": "x"})") ==
        "Error decoding 'a.json': unknown keys: \"mdns.interface\"");
  CHECK(json_error(R"({"mdns": {"interface": 1}})") ==
        "Error decoding 'a.json': mdns.interface must be a string, not a whole number");
}

TEST_CASE("mistakes on the command line are one line each") {
  CHECK(error_of({"-bogus"}) == "flag provided but not defined: -bogus");
  CHECK(error_of({"-tag", "x"}) == "Error: Invalid tag: 'x'");
  CHECK(error_of({"-tag", "=x"}) == "Error: Invalid tag: '=x'");
  CHECK(error_of({"-node", "a", "b"}) == "Unexpected argument \"b\": the agent takes only flags");
  CHECK(error_of({"-config-file", "/none/x"}) == "Error reading '/none/x': no such file or directory");
}

TEST_CASE("arguments behind the flags can be ignored, as Serf does") {
  const std::vector<std::string_view> args = {"-node", "a", "b", "-bogus"};
  const auto config = load_config(args, Extra::ignored);
  REQUIRE(config.has_value());
  CHECK(config->node_name == "a");
}

TEST_CASE("a value remembers where it came from") {
  const TempDir dir;
  const std::string file = dir.write("a.json", R"({"bind": "x", "Profile": "y"})");
  const Config c = load({"-config-file", file, "-bind", "z"});
  CHECK(c.origin("bind") == "-bind");
  CHECK(c.origin("profile") == "profile in " + file);
  CHECK(c.origin("rpc_addr") == "rpc_addr");
}
