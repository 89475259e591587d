#include "agent/config/options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/config/duration.h"
#include "swim/invariant.h"

namespace hearsay::agent {
namespace {

using C = Config;

constexpr std::array table = std::to_array<Option>({
    {"node", "node_name", &C::node_name, "", "=hostname", "Name of this node, unique in the cluster."},
    {"bind", "bind", &C::bind, "0.0.0.0:7946", "=0.0.0.0:7946",
     "Address to bind network listeners to; for IPv6\n[::1] or [::1]:7946. Or an interface or network that\n"
     "has it: eth0, 10.0.0.0/8."},
    {"iface", "interface", &C::interface, "", "=eth0",
     "Network interface to bind to, if its address is not\nknown. With -bind too: the interface must have "
     "that\n"
     "address."},
    {"advertise", "advertise", &C::advertise, "", "=10.0.0.1",
     "Address to tell the other members, or an interface\nor network that has it; the port is 7946 if "
     "omitted."},
    {"config-file", "", &C::config_paths, "", "=foo.json",
     "JSON file to read configuration from. May be given\nmore than once."},
    {"config-dir", "", &C::config_paths, "", "=foo",
     "Directory whose .json files are read in alphabetical\norder. May be given more than once."},
    {"tag", "", &C::tag_flags, "", " key=value", "A tag of this node. May be given more than once."},
    {"", "tags", &C::tags, "", "", "Tags of this node, as an object of strings."},
    {"tags-file", "tags_file", &C::tags_file, "", "=/path/to/file",
     "File that keeps the tags over restarts. Not together\nwith tags in flags or configuration."},
    {"role", "role", &C::role, "", "=foo", "Deprecated: use -tag role=foo."},
    {"encrypt", "encrypt_key", &C::encrypt_key, "", "=foo",
     "Key for gossip: base64 of 16, 24 or 32 bytes. Or where it\nis: file:PATH, fd:NUMBER, env:NAME."},
    {"keyring-file", "keyring_file", &C::keyring_file, "", "=/path/file",
     "File with the keys for gossip. Changes of keys are\nwritten to it."},
    {"event-handler", "event_handlers", &C::event_handlers, "", "=foo",
     "Script to run on events, or FILTER=SCRIPT. May be\ngiven more than once."},
    {"join", "start_join", &C::start_join, "", "=addr",
     "An agent to join at start; failure ends the agent.\nMay be given more than once."},
    {"retry-join", "retry_join", &C::retry_join, "", "=addr",
     "An agent to join, tried until it succeeds. May be\ngiven more than once."},
    {"retry-interval", "retry_interval", &C::retry_interval, "30s", "=30s",
     "Time between tries of -retry-join."},
    {"retry-max", "retry_max_attempts", &C::retry_max_attempts, "", "=0",
     "Tries of -retry-join before the agent gives up and\nexits; 0: no limit."},
    {"replay", "replay_on_join", &C::replay_on_join, "", "", "Deliver user events from before the join."},
    {"rejoin", "rejoin_after_leave", &C::rejoin_after_leave, "", "",
     "Rejoin at start even after a leave. Needs -snapshot."},
    {"snapshot", "snapshot_path", &C::snapshot_path, "", "=path/to/file",
     "File that keeps the known members and clocks over\nrestarts."},
    {"rpc-addr", "rpc_addr", &C::rpc_addr, "127.0.0.1:7373", "=127.0.0.1:7373",
     "Address to bind the RPC listener to, or a local socket:\nunix:///run/hearsay/rpc.sock."},
    {"", "rpc_auth", &C::rpc_auth, "", "", "Token that RPC clients must show."},
    {"", "rpc_socket_mode", &C::rpc_socket_mode, "", "",
     "Mode of the local socket of -rpc-addr, octal; 0600, or\n0660 with a group, if omitted."},
    {"", "rpc_socket_group", &C::rpc_socket_group, "", "", "Group of the local socket of -rpc-addr."},
    {"", "rpc_shows_keys", &C::rpc_shows_keys, "", "",
     "Let every RPC client list the keys themselves, as Serf\ndoes, not only their fingerprints."},
    {"log-level", "log_level", &C::log_level, "INFO", "=info",
     "Log level of the agent: trace, debug, info, warn, err."},
    {"profile", "profile", &C::profile, "lan", "=[lan|wan|local]",
     "Timing for the network the cluster runs on: lan, wan,\nlocal."},
    {"protocol", "protocol", &C::protocol, "5", "=5", "Serf protocol version to speak, 2 to 5."},
    {"broadcast-timeout", "broadcast_timeout", &C::broadcast_timeout, "5s", "=5s",
     "Longest wait for a leave or a removal to spread."},
    {"disable-compression", "", &C::disable_compression, "", "", "Do not compress messages."},
    {"", "enable_compression", Ignored{}, "", "", "Without effect, as in Serf: see disable-compression."},
    {"", "disable_coordinates", &C::disable_coordinates, "", "", "Keep no network coordinates."},
    {"", "disable_name_resolution", &C::disable_name_resolution, "", "",
     "Do not ask the cluster who a contested name belongs to."},
    {"", "validate_node_names", &C::validate_node_names, "", "",
     "Allow only letters, digits, '-' and '.' in node_name."},
    {"", "msgpackusenewtimeformat", &C::new_time_format, "", "",
     "Accepted and without effect: no time is ever sent."},
    {"", "query_response_size_limit", &C::query_response_size_limit, "1024", "",
     "Largest answer to a query in bytes."},
    {"", "query_size_limit", &C::query_size_limit, "1024", "", "Largest query in bytes."},
    {"", "user_event_size_limit", &C::user_event_size_limit, "512", "",
     "Largest user event in bytes, at most 9216."},
    {"", "leave_on_terminate", &C::leave_on_terminate, "", "", "SIGTERM leaves the cluster gracefully."},
    {"", "skip_leave_on_interrupt", &C::skip_leave_on_interrupt, "", "", "SIGINT stops without a leave."},
    {"", "reconnect_interval", &C::reconnect_interval, "30s", "",
     "Time between tries to reach a failed member."},
    {"", "reconnect_timeout", &C::reconnect_timeout, "24h", "", "How long a failed member is remembered."},
    {"", "tombstone_timeout", &C::tombstone_timeout, "24h", "", "How long a member that left is remembered."},
    {"", "dead_node_reclaim_time", &C::dead_node_reclaim_time, "30s", "",
     "Time after which a failed member's name may move to\nanother address."},
    {"discover", "discover", &C::discover, "", "=cluster",
     "Find the agents of this link that were given the\nsame name, by multicast DNS, and join them."},
    {"mdns-iface", "mdns.interface", &C::mdns_interface, "", "=eth0",
     "Network interface for multicast DNS; that of -iface\nif omitted."},
    {"mdns-disable-ipv4", "mdns.disable_ipv4", &C::mdns_disable_ipv4, "", "", "No multicast DNS over IPv4."},
    {"mdns-disable-ipv6", "mdns.disable_ipv6", &C::mdns_disable_ipv6, "", "", "No multicast DNS over IPv6."},
    {"", "mdns", Section{}, "", "", "The settings of multicast DNS."},
    {"syslog", "enable_syslog", &C::enable_syslog, "", "", "Log to syslog too."},
    {"", "syslog_facility", &C::syslog_facility, "LOCAL0", "", "Facility for syslog: DAEMON, LOCAL0..."},
    {"", "statsite_addr", &C::statsite_addr, "", "", "Where to send metrics by TCP, HOST:PORT."},
    {"", "statsd_addr", &C::statsd_addr, "", "", "Where to send metrics by UDP, HOST:PORT."},
});

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Assigns a default from the table's text.
struct AssignDefault {
  Config& config;
  std::string_view text;

  void operator()(std::string Config::*field) const { config.*field = text; }
  void operator()(std::int64_t Config::*field) const {
    std::from_chars(text.data(), text.data() + text.size(), config.*field);
  }
  void operator()(std::chrono::nanoseconds Config::*field) const { config.*field = *parse_go_duration(text); }
  template <class Other>
  void operator()(Other) const {
    HEARSAY_INVARIANT(text.empty());  // the other kinds have no default
  }
};

/// The target of a flag, or nothing for what only JSON can set.
struct FlagTarget {
  Config& config;

  template <class Value>
  std::optional<Flag::Target> operator()(Value Config::*field) const {
    if constexpr (std::is_constructible_v<Flag::Target, Value*>) {
      return &(config.*field);
    } else {
      return std::nullopt;
    }
  }
  std::optional<Flag::Target> operator()(Ignored) const { return std::nullopt; }
  std::optional<Flag::Target> operator()(Section) const { return std::nullopt; }
};

struct MergeField {
  Config& base;
  const Config& over;

  template <class Value>
  void operator()(Value Config::*field) const {
    lay(base.*field, over.*field);
  }
  void operator()(Ignored) const {}
  void operator()(Section) const {}

 private:
  template <class Value>
  static void lay(Value& to, const Value& from) {
    if (from != Value{}) {
      to = from;
    }
  }
  static void lay(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }
  static void lay(swim::Tags& to, const swim::Tags& from) {
    for (const auto& [key, value] : from) {
      to.insert_or_assign(key, value);
    }
  }
};

}  // namespace

std::string Config::origin(std::string_view name) const {
  const auto found = origins.find(name);
  return found != origins.end() ? found->second : std::string(name);
}

std::span<const Option> options() noexcept {
  return table;
}

const Option* find_option(std::string_view key) noexcept {
  const auto same = [key](const Option& option) {
    return !option.key.empty() && std::ranges::equal(key, option.key, {}, lower);
  };
  const auto found = std::ranges::find_if(table, same);
  return found == table.end() ? nullptr : &*found;
}

Config default_config() {
  Config config;
  for (const Option& option : table) {
    if (!option.fallback.empty()) {
      std::visit(AssignDefault{config, option.fallback}, option.field);
    }
  }
  return config;
}

FlagSet agent_flags(Config& target) {
  std::vector<Flag> flags;
  for (const Option& option : table) {
    const auto field = std::visit(FlagTarget{target}, option.field);
    if (field && !option.flag.empty()) {
      flags.push_back(
          {.name = option.flag, .target = *field, .example = option.example, .help = option.help});
    }
  }
  return FlagSet(std::move(flags));
}

void merge(Config& base, const Config& over) {
  for (const Option& option : table) {
    // config-file and config-dir fill one list: the second row must not append it again.
    if (option.flag != "config-dir") {
      std::visit(MergeField{base, over}, option.field);
    }
  }
  for (const auto& [name, origin] : over.origins) {
    base.origins.insert_or_assign(name, origin);
  }
}

}  // namespace hearsay::agent
