#include "agent/config/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>

#include "agent/config/check_addresses.h"
#include "agent/config/check_discovery.h"
#include "agent/config/check_reporting.h"
#include "agent/config/duration.h"
#include "agent/config/mistake.h"
#include "agent/config/quote.h"
#include "agent/config/secret.h"
#include "agent/state/key_text.h"
#include "agent/state/keyring_file.h"
#include "agent/state/tags_file.h"
#include "swim/gossip/tags.h"

namespace hearsay::agent {
namespace {

constexpr auto shortest_interval = std::chrono::seconds(1);
constexpr std::int64_t event_bytes_max = 9216;  // Serf's own bound
constexpr std::int64_t query_bytes_max = 64 << 10;
constexpr std::size_t validated_name_bytes_max = 128;

using Check = Checked (*)(Settings&);

bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

Checked check_name(Settings& s) {
  std::string& name = s.given.node_name;
  if (name.empty()) {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0 || host.front() == '\0') {
      return mistake("This host has no name: give the node one with -node");
    }
    name = host.data();
  }
  if (name.size() > s.node.limits.name_bytes) {
    return mistake(fmt::format("The node name ({}) has {} bytes; {} are allowed", s.given.origin("node_name"),
                               name.size(), s.node.limits.name_bytes));
  }
  const bool valid = name.size() <= validated_name_bytes_max && std::ranges::all_of(name, is_name_character);
  if (s.given.validate_node_names && !valid) {
    return mistake(fmt::format(
        "Invalid node name {} ({}): validate_node_names allows up to {} letters, digits, '-' and '.'",
        quote(name), s.given.origin("node_name"), validated_name_bytes_max));
  }
  s.node.name = name;
  return {};
}

Checked read_tags_file(Settings& s) {
  const Config& c = s.given;
  if (c.tags_file.empty()) {
    return {};
  }
  if (!c.tags.empty()) {
    return mistake(fmt::format("Tags config not allowed while using tag files: remove the tags or {}",
                               c.origin("tags_file")));
  }
  auto tags = state::read_tags(c.tags_file);
  if (!tags) {
    return mistake(fmt::format("Failed to read tags from '{}' ({}): {}", c.tags_file, c.origin("tags_file"),
                               tags.error()));
  }
  s.given.tags = std::move(*tags);
  return {};
}

Checked check_tags(Settings& s) {
  if (!s.given.role.empty()) {
    s.warnings.emplace_back("Deprecation warning: 'Role' has been replaced with 'Tags'");
    s.given.tags.insert_or_assign("role", s.given.role);
  }
  if (auto read = read_tags_file(s); !read) {
    return read;
  }
  swim::Buffer encoded;
  swim::encode_tags(s.given.tags, s.node.protocol, encoded);
  if (encoded.size() > swim::tags_encoded_max) {
    return mistake(fmt::format(
        "Encoded length of tags exceeds limit of {} bytes: they take {}; use fewer or shorter tags",
        swim::tags_encoded_max, encoded.size()));
  }
  s.node.tags = s.given.tags;
  return {};
}

Checked check_protocol(Settings& s) {
  const std::int64_t protocol = s.given.protocol;
  if (protocol < 2 || protocol > 5) {
    return mistake(fmt::format("Protocol version '{}' too {} ({}). Must be in range: [2, 5]", protocol,
                               protocol < 2 ? "low" : "high", s.given.origin("protocol")));
  }
  s.node.protocol = static_cast<std::uint8_t>(protocol);
  return {};
}

Checked check_profile(Settings& s) {
  if (s.given.profile == "lan") {
    s.node.timing = swim::Timing::lan();
  } else if (s.given.profile == "wan") {
    s.node.timing = swim::Timing::wan();
  } else if (s.given.profile == "local") {
    s.node.timing = swim::Timing::local();
  } else {
    return mistake(fmt::format("Unknown profile: {} ({}). Choose lan, wan or local", s.given.profile,
                               s.given.origin("profile")));
  }
  return {};
}

Checked take_limit(const Config& c, std::string_view name, std::int64_t value, std::int64_t most,
                   std::size_t& to) {
  if (value < 1 || value > most) {
    return mistake(fmt::format("{} is {}; it must be between 1 and {}", c.origin(name), value, most));
  }
  to = static_cast<std::size_t>(value);
  return {};
}

Checked check_limits(Settings& s) {
  const Config& c = s.given;
  swim::Limits& limits = s.node.limits;
  return take_limit(c, "user_event_size_limit", c.user_event_size_limit, event_bytes_max,
                    limits.user_event_bytes)
      .and_then([&] {
        return take_limit(c, "query_size_limit", c.query_size_limit, query_bytes_max, limits.query_bytes);
      })
      .and_then([&] {
        return take_limit(c, "query_response_size_limit", c.query_response_size_limit, query_bytes_max,
                          limits.query_response_bytes);
      });
}

/// Too short is lengthened, with a warning in Serf's words.
void lengthen(Settings& s, std::chrono::nanoseconds& duration, std::string_view name) {
  if (duration < shortest_interval) {
    duration = shortest_interval;
    s.warnings.push_back(
        fmt::format("Warning: '{}' is too low. Setting to {}", name, format_go_duration(duration)));
  }
}

Checked check_times(Settings& s) {
  Config& c = s.given;
  lengthen(s, c.retry_interval, "RetryInterval");
  lengthen(s, c.broadcast_timeout, "BroadcastTimeout");
  const std::array<std::pair<std::string_view, std::chrono::nanoseconds>, 4> times = {
      {{"reconnect_interval", c.reconnect_interval},
       {"reconnect_timeout", c.reconnect_timeout},
       {"tombstone_timeout", c.tombstone_timeout},
       {"dead_node_reclaim_time", c.dead_node_reclaim_time}}};
  for (const auto& [name, value] : times) {
    if (value <= value.zero()) {
      return mistake(
          fmt::format("{} is {}; it must be more than 0s", c.origin(name), format_go_duration(value)));
    }
  }
  if (c.retry_max_attempts < 0) {
    return mistake(fmt::format("{} is {}; it must be 0 (no limit) or more", c.origin("retry_max_attempts"),
                               c.retry_max_attempts));
  }
  s.node.serf.broadcast_timeout = c.broadcast_timeout;
  s.node.serf.reconnect_interval = c.reconnect_interval;
  if (c.origins.contains("reconnect_interval")) {
    s.node.serf.reconnect_wait_max = c.reconnect_interval;  // as often as the user says, as Serf
  }
  s.node.serf.reconnect_timeout = c.reconnect_timeout;
  s.node.serf.tombstone_timeout = c.tombstone_timeout;
  s.node.serf.dead_node_reclaim = c.dead_node_reclaim_time;
  return {};
}

Checked check_keys(Settings& s) {
  const Config& c = s.given;
  if (!c.keyring_file.empty()) {
    if (!c.encrypt_key.empty()) {
      return mistake(fmt::format("Encryption key not allowed while using a keyring: remove {} or {}",
                                 c.origin("encrypt_key"), c.origin("keyring_file")));
    }
    auto keys = state::read_keyring(c.keyring_file);
    if (!keys) {
      return mistake(fmt::format("Failed to read keyring '{}' ({}): {}", c.keyring_file,
                                 c.origin("keyring_file"), keys.error()));
    }
    s.node.keys = std::move(*keys);
  } else if (!c.encrypt_key.empty()) {
    auto text = read_secret(c.encrypt_key);
    auto key = text.and_then(state::decode_key);
    if (text) {
      wipe(*text);
    }
    if (!key) {
      return mistake(fmt::format("Invalid encryption key ({}): {}", c.origin("encrypt_key"), key.error()));
    }
    s.node.keys.push_back(std::move(*key));
    s.given = without_secrets(std::move(s.given));
  }
  return {};
}

Checked check_handlers(Settings& s) {
  for (const std::string& text : s.given.event_handlers) {
    auto spec = hooks::parse_spec(text);
    if (!spec) {
      return tl::unexpected(spec.error());
    }
    s.handlers.push_back(std::move(*spec));
  }
  return {};
}

Checked check_switches(Settings& s) {
  if (s.given.rejoin_after_leave && s.given.snapshot_path.empty()) {
    s.warnings.emplace_back("Warning: 'RejoinAfterLeave' enabled without snapshot file");
  }
  if (s.given.origins.contains("enable_compression")) {
    s.warnings.push_back(fmt::format("Warning: {} has no effect; use -disable-compression",
                                     s.given.origin("enable_compression")));
  }
  s.node.compress = !s.given.disable_compression;
  s.node.coordinates = !s.given.disable_coordinates;
  s.node.resolve_conflicts = !s.given.disable_name_resolution;
  return {};
}

constexpr std::array<Check, 14> checks_at_start = {
    check_log_level, check_syslog, check_handlers, check_name,       check_protocol,
    check_profile,   check_tags,   check_limits,   check_times,      check_addresses,
    check_discovery, check_keys,   check_switches, check_collectors,
};
constexpr std::array<Check, 3> checks_at_reload = {take_log_level, check_handlers, check_tags};

tl::expected<Settings, std::string> run_checks(Settings settings, std::span<const Check> checks) {
  for (const Check check : checks) {
    if (const Checked checked = check(settings); !checked) {
      return tl::unexpected(checked.error());
    }
  }
  return settings;
}

}  // namespace

tl::expected<Settings, std::string> check_config(Config config) {
  return run_checks({.given = std::move(config)}, checks_at_start);
}

tl::expected<Settings, std::string> check_reloaded_config(Config config, const Running& running) {
  Settings settings{.given = std::move(config)};
  settings.given.tags_file = running.tags_file;  // where the running agent writes them
  settings.node.protocol = running.protocol;
  settings.log_level = running.log_level;
  return run_checks(std::move(settings), checks_at_reload);
}

}  // namespace hearsay::agent
