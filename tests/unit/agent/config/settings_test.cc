#include "agent/config/settings.h"

#include <doctest/doctest.h>

#include "../temp_dir.h"
#include "agent/config/options.h"
#include "agent/net/address.h"
#include "agent/net/interfaces.h"
#include "agent/state/key_text.h"

using namespace hearsay::agent;
using hearsay::swim::Buffer;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::swim::Tags;
using hearsay::swim::Timing;
using hearsay::test::TempDir;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Defaults, but bound where every host has an address.
Config local() {
  Config config = default_config();
  config.bind = "127.0.0.1";
  config.node_name = "n";
  return config;
}

template <class Change>
Settings settings_of(Change&& change) {
  Config config = local();
  change(config);
  auto settings = check_config(std::move(config));
  REQUIRE_MESSAGE(settings.has_value(), (settings ? "" : settings.error()));
  return std::move(*settings);
}

template <class Change>
std::string error_of(Change&& change) {
  Config config = local();
  change(config);
  const auto settings = check_config(std::move(config));
  REQUIRE_FALSE(settings.has_value());
  return settings.error();
}

const Running running = {.protocol = 5, .log_level = LogLevel::err, .tags_file = {}};

}  // namespace

TEST_CASE("the port is 7946 when omitted, and an advertised address does not follow the bind port") {
  const Settings plain = settings_of([](Config& c) { c.bind = "127.0.0.1:8000"; });
  CHECK(plain.bind == Endpoint{.ip = IpAddress::v4(127, 0, 0, 1), .port = 8000});
  CHECK(plain.node.advertise == plain.bind);
  CHECK(plain.node.bind_port == 8000);
  CHECK(settings_of([](Config& c) { c.bind = "[::1]"; }).bind.port == 7946);
  const Settings both = settings_of([](Config& c) {
    c.bind = "127.0.0.1:8000";
    c.advertise = "10.0.0.1";
  });
  CHECK(both.node.advertise == Endpoint{.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946});
}

TEST_CASE("addresses may be names, and broken ones are refused with their flag") {
  CHECK(settings_of([](Config& c) { c.rpc_addr = "localhost:1234"; }).rpc.ip.is_loopback());
  CHECK(error_of([](Config& c) {
          c.bind = "a:b:c";
          c.origins["bind"] = "-bind";
        }) ==
        "Invalid bind address \"a:b:c\" (-bind): too many colons; an IPv6 address with a port is written "
        "[address]:port");
  CHECK(error_of([](Config& c) { c.rpc_addr = "127.0.0.1:99999"; }) ==
        "Invalid RPC address \"127.0.0.1:99999\" (rpc_addr): port 99999 is not between 0 and 65535");
  CHECK(error_of([](Config& c) { c.advertise = "0.0.0.0"; }) ==
        "Invalid advertise address \"0.0.0.0\" (advertise): peers need one they can reach");
}

TEST_CASE("bind and advertise take the name of an interface or a network of this host") {
  CHECK(settings_of([](Config& c) { c.bind = "lo"; }).bind ==
        Endpoint{.ip = IpAddress::v4(127, 0, 0, 1), .port = 7946});
  CHECK(settings_of([](Config& c) { c.bind = "lo:8000"; }).bind.port == 8000);
  const Settings both = settings_of([](Config& c) {
    c.bind = "127.0.0.0/8:8000";
    c.advertise = "127.0.0.0/8:8001";
    c.rpc_addr = "lo:8002";
  });
  CHECK(both.bind == Endpoint{.ip = IpAddress::v4(127, 0, 0, 1), .port = 8000});
  CHECK(both.node.advertise == Endpoint{.ip = IpAddress::v4(127, 0, 0, 1), .port = 8001});
  CHECK(both.rpc == Endpoint{.ip = IpAddress::v4(127, 0, 0, 1), .port = 8002});
  CHECK(error_of([](Config& c) {
          c.advertise = "240.0.0.0/8";
          c.origins["advertise"] = "-advertise";
        }) ==
        "Invalid advertise address \"240.0.0.0/8\" (-advertise): no address of this host is in 240.0.0.0/8");
}

TEST_CASE("the zone of a link-local address is where all link-local peers are, so there is only one") {
  const Settings zoned = settings_of([](Config& c) { c.advertise = "fe80::7%lo"; });
  CHECK(zoned.link == hearsay::agent::net::interface_index("lo"));
  CHECK(settings_of([](Config& c) { c.interface = "lo"; }).link == zoned.link);
  CHECK(settings_of([](Config&) {}).link == 0);
  CHECK(error_of([](Config& c) { c.advertise = "fe80::7%none"; }) ==
        "Invalid advertise address \"fe80::7%none\" (advertise): there is no interface none");
}

TEST_CASE("agents are looked for where the flags say, and only if there is a name to look for") {
  CHECK_FALSE(settings_of([](Config&) {}).discovery.has_value());
  const auto anywhere = settings_of([](Config& c) { c.discover = "web"; }).discovery;
  REQUIRE(anywhere.has_value());
  CHECK(anywhere->interface == 0);
  CHECK((anywhere->v4 && anywhere->v6));
  const auto chosen = settings_of([](Config& c) {
                        c.discover = "web";
                        c.mdns_interface = "lo";
                        c.mdns_disable_ipv4 = true;
                      }).discovery;
  CHECK(chosen->interface == hearsay::agent::net::interface_index("lo"));
  CHECK((!chosen->v4 && chosen->v6));
  const auto bound = settings_of([](Config& c) {
                       c.discover = "web";
                       c.interface = "lo";
                     }).discovery;
  CHECK(bound->interface == chosen->interface);
  CHECK(error_of([](Config& c) { c.mdns_interface = "lo"; }) ==
        "mDNS interface specified without enabling mDNS discovery: add -discover or remove mdns.interface");
  CHECK(error_of([](Config& c) {
          c.discover = "web";
          c.mdns_interface = "none";
        }) == "Invalid mDNS network interface \"none\" (mdns.interface): there is none of that name");
  CHECK(error_of([](Config& c) {
          c.discover = "web";
          c.mdns_disable_ipv4 = c.mdns_disable_ipv6 = true;
        }) ==
        "Invalid mDNS configuration: both IPv4 and IPv6 are disabled; remove mdns.disable_ipv4 or "
        "mdns.disable_ipv6");
}

TEST_CASE("an interface gives a wildcard its address and must have any other") {
  const Settings wildcard = settings_of([](Config& c) {
    c.bind = "0.0.0.0:8000";
    c.interface = "lo";
  });
  CHECK(wildcard.bind == Endpoint{.ip = IpAddress::v4(127, 0, 0, 1), .port = 8000});
  CHECK(wildcard.warnings == std::vector<std::string>{"Using interface 'lo' address '127.0.0.1'"});
  CHECK(settings_of([](Config& c) { c.interface = "lo"; }).bind.ip.is_loopback());
  CHECK(error_of([](Config& c) {
          c.bind = "10.255.255.1";
          c.interface = "lo";
        }) == "Interface 'lo' has no '10.255.255.1' address: correct interface or bind");
  CHECK(error_of([](Config& c) { c.interface = "no such"; }) ==
        "Invalid network interface \"no such\" (interface): there is none of that name");
}

TEST_CASE("profile, protocol and log level are checked") {
  CHECK(settings_of([](Config& c) { c.profile = "wan"; }).node.timing.probe_interval ==
        Timing::wan().probe_interval);
  CHECK(settings_of([](Config& c) { c.profile = "local"; }).node.timing.gossip_interval ==
        Timing::local().gossip_interval);
  CHECK(error_of([](Config& c) { c.profile = "LAN"; }) ==
        "Unknown profile: LAN (profile). Choose lan, wan or local");
  CHECK(settings_of([](Config& c) { c.protocol = 2; }).node.protocol == 2);
  CHECK(error_of([](Config& c) { c.protocol = 1; }) ==
        "Protocol version '1' too low (protocol). Must be in range: [2, 5]");
  CHECK(error_of([](Config& c) { c.protocol = 9; }) ==
        "Protocol version '9' too high (protocol). Must be in range: [2, 5]");
  CHECK(settings_of([](Config& c) { c.log_level = "debug"; }).log_level == LogLevel::debug);
  CHECK(error_of([](Config& c) { c.log_level = "foo"; }) ==
        "Invalid log level: FOO. Valid log levels are: [TRACE DEBUG INFO WARN ERR]");
}

TEST_CASE("a key comes from the flag or a keyring, never both") {
  const TempDir dir;
  const Buffer key(16, std::byte{7});
  const std::string text = state::encode_key(key);
  const std::string ring = dir.write("ring", "[\"" + text + "\"]");
  CHECK(settings_of([](Config&) {}).node.keys.empty());
  CHECK(settings_of([&](Config& c) { c.encrypt_key = text; }).node.keys == std::vector<Buffer>{key});
  CHECK(settings_of([&](Config& c) { c.keyring_file = ring; }).node.keys == std::vector<Buffer>{key});
  CHECK(error_of([&](Config& c) {
          c.encrypt_key = text;
          c.keyring_file = ring;
        }) == "Encryption key not allowed while using a keyring: remove encrypt_key or keyring_file");
  CHECK(error_of([](Config& c) { c.encrypt_key = "c2hvcnQ="; }) ==
        "Invalid encryption key (encrypt_key): the key has 5 bytes; it must have 16, 24 or 32");
  CHECK(error_of([](Config& c) { c.keyring_file = "/none"; }) ==
        "Failed to read keyring '/none' (keyring_file): no such file or directory");
}

TEST_CASE("tags come from the configuration or a file, never both, and must fit a packet") {
  const TempDir dir;
  const std::string file = dir.write("tags", R"({"a": "b"})");
  CHECK(settings_of([&](Config& c) { c.tags_file = file; }).node.tags == Tags{{"a", "b"}});
  CHECK(error_of([&](Config& c) {
          c.tags_file = file;
          c.tags = {{"x", "y"}};
        }) == "Tags config not allowed while using tag files: remove the tags or tags_file");
  const Settings role = settings_of([](Config& c) { c.role = "web"; });
  CHECK(role.node.tags == Tags{{"role", "web"}});
  CHECK(role.warnings ==
        std::vector<std::string>{"Deprecation warning: 'Role' has been replaced with 'Tags'"});
  // ff, the map's head, and a string's head and body twice
  CHECK(settings_of([](Config& c) { c.tags = {{"k", std::string(505, 'v')}}; }).node.tags.size() == 1);
  CHECK(error_of([](Config& c) {
          c.tags = {{"k", std::string(506, 'v')}};
        }).starts_with("Encoded length of tags exceeds limit of 512 bytes: they take 513;"));
}

TEST_CASE("intervals that are too short are lengthened with a warning, impossible ones refused") {
  const Settings s = settings_of([](Config& c) {
    c.retry_interval = milliseconds(5);
    c.broadcast_timeout = milliseconds(999);
    c.rejoin_after_leave = true;
  });
  CHECK(s.given.retry_interval == seconds(1));
  CHECK(s.node.serf.broadcast_timeout == seconds(1));
  CHECK(s.warnings == std::vector<std::string>{"Warning: 'RetryInterval' is too low. Setting to 1s",
                                               "Warning: 'BroadcastTimeout' is too low. Setting to 1s",
                                               "Warning: 'RejoinAfterLeave' enabled without snapshot file"});
  CHECK(error_of([](Config& c) { c.dead_node_reclaim_time = seconds(-1); }) ==
        "dead_node_reclaim_time is -1s; it must be more than 0s");
  CHECK(error_of([](Config& c) { c.tombstone_timeout = seconds(-1); }) ==
        "tombstone_timeout is -1s; it must be more than 0s");
  CHECK(error_of([](Config& c) { c.retry_max_attempts = -1; }) ==
        "retry_max_attempts is -1; it must be 0 (no limit) or more");
}

TEST_CASE("size limits have Serf's bounds") {
  CHECK(settings_of([](Config& c) { c.user_event_size_limit = 9216; }).node.limits.user_event_bytes == 9216);
  CHECK(error_of([](Config& c) { c.user_event_size_limit = 9217; }) ==
        "user_event_size_limit is 9217; it must be between 1 and 9216");
  CHECK(error_of([](Config& c) { c.query_size_limit = -1; }) ==
        "query_size_limit is -1; it must be between 1 and 65536");
}

TEST_CASE("the node is named after its host, and names are checked when asked for") {
  CHECK_FALSE(settings_of([](Config& c) { c.node_name.clear(); }).node.name.empty());
  CHECK(settings_of([](Config& c) { c.node_name = "a b"; }).node.name == "a b");
  CHECK(
      error_of([](Config& c) {
        c.node_name = "a b";
        c.validate_node_names = true;
      }) ==
      "Invalid node name \"a b\" (node_name): validate_node_names allows up to 128 letters, digits, '-' and "
      "'.'");
  CHECK(error_of([](Config& c) { c.node_name = std::string(1025, 'x'); }) ==
        "The node name (node_name) has 1025 bytes; 1024 are allowed");
}

TEST_CASE("event handlers that are none are refused") {
  CHECK(settings_of([](Config& c) { c.event_handlers = {"a.sh", "user:x=b.sh"}; }).handlers.size() == 2);
  CHECK(error_of([](Config& c) { c.event_handlers = {"bad=foo"}; }) ==
        "Invalid event script: Event 'bad' invoking 'foo'");
}

TEST_CASE("a reload takes tags, handlers and log level, and does not look at what only a start needs") {
  Config config = local();
  config.bind = "no such host at all:1";
  config.protocol = 99;
  config.role = "old style";
  config.log_level = "warn";
  config.tags = {{"a", "b"}};
  config.event_handlers = {"x.sh"};
  const auto settings = check_reloaded_config(config, running);
  REQUIRE(settings.has_value());
  CHECK(settings->log_level == LogLevel::warn);
  CHECK(settings->node.tags == Tags{{"a", "b"}, {"role", "old style"}});
  CHECK(settings->handlers.size() == 1);
  CHECK(settings->warnings ==
        std::vector<std::string>{"Deprecation warning: 'Role' has been replaced with 'Tags'"});
  config.event_handlers = {"bad=foo"};
  CHECK_FALSE(check_reloaded_config(config, running).has_value());
}

TEST_CASE("a reload reads the tags file of the running agent, whatever the configuration says by now") {
  const TempDir dir;
  const std::string path = dir.write("tags", R"({"a": "b"})");
  Config config = local();
  config.tags_file = dir.write("other", R"({"c": "d"})");
  const auto settings =
      check_reloaded_config(config, {.protocol = 5, .log_level = LogLevel::err, .tags_file = path});
  REQUIRE(settings.has_value());
  CHECK(settings->node.tags == Tags{{"a", "b"}});
}

TEST_CASE("a reload with a log level that is none warns, keeps the old one and takes the rest") {
  Config config = local();
  config.log_level = "loud";
  config.tags = {{"a", "b"}};
  const auto settings = check_reloaded_config(config, running);
  REQUIRE(settings.has_value());
  CHECK(settings->log_level == running.log_level);
  CHECK(settings->node.tags == Tags{{"a", "b"}});
  CHECK(settings->warnings == std::vector<std::string>{"Invalid log level: LOUD. Valid log levels are: "
                                                       "[TRACE DEBUG INFO WARN ERR]"});
}

TEST_CASE("a key that has no effect is accepted with a warning that says so") {
  const Settings s =
      settings_of([](Config& c) { c.origins["enable_compression"] = "enable_compression in a.json"; });
  CHECK(s.node.compress);
  CHECK(s.warnings == std::vector<std::string>{
                          "Warning: enable_compression in a.json has no effect; use -disable-compression"});
}

TEST_CASE("syslog is off until asked for, and then needs a facility that there is") {
  CHECK_FALSE(settings_of([](Config& c) { c.syslog_facility = "none"; }).syslog_facility);
  CHECK(settings_of([](Config& c) { c.enable_syslog = true; }).syslog_facility == 16);  // LOCAL0
  const auto daemon = [](Config& c) {
    c.enable_syslog = true;
    c.syslog_facility = "daemon";
  };
  CHECK(settings_of(daemon).syslog_facility == 3);
  const auto none = [](Config& c) {
    c.enable_syslog = true;
    c.syslog_facility = "LOCAL8";
  };
  CHECK(error_of(none) ==
        "Syslog setup failed: invalid syslog facility: \"LOCAL8\" (syslog_facility). Choose DAEMON, USER, "
        "LOCAL0 to LOCAL7 or another of syslog's");
}

TEST_CASE("a collector of metrics is a host and a port, and none by default") {
  CHECK_FALSE(settings_of([](Config&) {}).statsd);
  const Settings both = settings_of([](Config& c) {
    c.statsd_addr = "metrics.example.org:8125";
    c.statsite_addr = ":8126";
  });
  CHECK(both.statsd->host == "metrics.example.org");
  CHECK(both.statsd->port == 8125);
  CHECK(both.statsite->host == "127.0.0.1");
  CHECK(both.statsite->port == 8126);
  const auto bad = [](const char* text) { return error_of([&](Config& c) { c.statsd_addr = text; }); };
  CHECK(bad("collector") == "Invalid metrics address \"collector\" (statsd_addr): it must be HOST:PORT");
  CHECK(bad("collector:0") == "Invalid metrics address \"collector:0\" (statsd_addr): it must be HOST:PORT");
  CHECK(bad("a:70000") ==
        "Invalid metrics address \"a:70000\" (statsd_addr): port 70000 is not between 0 and 65535");
}
