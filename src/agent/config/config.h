// What the user asked for, as flags and JSON say it: not checked yet (settings.h does that).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "swim/gossip/tags.h"

namespace hearsay::agent {

/// Zero and empty mean "not given". The table in options.h says which flag and which key each field
/// belongs to, and its default.
struct Config {
  std::string node_name;
  std::string role;
  swim::Tags tags;
  std::vector<std::string> tag_flags;  // key=value, become tags
  std::string tags_file;
  std::string bind;
  std::string advertise;
  std::string interface;
  std::string encrypt_key;
  std::string keyring_file;
  std::string log_level;
  std::string rpc_addr;
  std::string rpc_auth;
  std::string rpc_socket_mode;
  std::string rpc_socket_group;
  std::string profile;
  std::string snapshot_path;
  std::string discover;
  std::string mdns_interface;
  std::string syslog_facility;
  std::string statsite_addr;
  std::string statsd_addr;
  std::vector<std::string> config_paths;
  std::vector<std::string> start_join;
  std::vector<std::string> retry_join;
  std::vector<std::string> event_handlers;
  std::int64_t protocol = 0;
  std::int64_t query_response_size_limit = 0;
  std::int64_t query_size_limit = 0;
  std::int64_t user_event_size_limit = 0;
  std::int64_t retry_max_attempts = 0;
  std::chrono::nanoseconds reconnect_interval{};
  std::chrono::nanoseconds reconnect_timeout{};
  std::chrono::nanoseconds tombstone_timeout{};
  std::chrono::nanoseconds dead_node_reclaim_time{};
  std::chrono::nanoseconds retry_interval{};
  std::chrono::nanoseconds broadcast_timeout{};
  bool rpc_shows_keys = false;
  bool disable_coordinates = false;
  bool disable_compression = false;
  bool disable_name_resolution = false;
  bool validate_node_names = false;
  bool new_time_format = false;
  bool replay_on_join = false;
  bool leave_on_terminate = false;
  bool skip_leave_on_interrupt = false;
  bool rejoin_after_leave = false;
  bool enable_syslog = false;
  bool mdns_disable_ipv4 = false;
  bool mdns_disable_ipv6 = false;

  /// Where a field's value came from, for messages: "-bind", "\"bind\" in /etc/serf/a.json". By the
  /// name of the key, or of the flag where there is no key. Fields with their default are absent.
  std::map<std::string, std::string, std::less<>> origins;

  /// The origin, or `name` as a key if it was not given.
  [[nodiscard]] std::string origin(std::string_view name) const;
};

}  // namespace hearsay::agent
