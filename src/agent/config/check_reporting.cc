#include "agent/config/check_reporting.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/config/quote.h"
#include "agent/net/address.h"
#include "agent/syslog.h"

namespace hearsay::agent {
namespace {

Checked take_collector(const Config& c, std::string_view name, const std::string& text,
                       std::optional<metrics::Target>& to) {
  if (text.empty()) {
    return {};
  }
  auto address = net::parse_address(text);
  if (!address || !address->port || *address->port == 0 || !address->zone.empty()) {
    return mistake(fmt::format("Invalid metrics address {} ({}): {}", quote(text), c.origin(name),
                               address ? "it must be HOST:PORT" : address.error()));
  }
  to = {.host = address->host.empty() ? "127.0.0.1" : std::move(address->host), .port = *address->port};
  return {};
}

}  // namespace

Checked check_log_level(Settings& s) {
  const auto level = parse_log_level(s.given.log_level);
  if (!level) {
    std::string upper = s.given.log_level;
    std::ranges::transform(upper, upper.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return mistake(fmt::format("Invalid log level: {}. Valid log levels are: {}", upper, log_levels_listed));
  }
  s.log_level = *level;
  return {};
}

Checked take_log_level(Settings& s) {
  if (const auto checked = check_log_level(s); !checked) {
    s.warnings.push_back(checked.error());
  }
  return {};
}

Checked check_syslog(Settings& s) {
  if (!s.given.enable_syslog) {
    return {};
  }
  s.syslog_facility = parse_syslog_facility(s.given.syslog_facility);
  if (!s.syslog_facility) {
    return mistake(
        fmt::format("Syslog setup failed: invalid syslog facility: {} ({}). Choose DAEMON, USER, LOCAL0 to "
                    "LOCAL7 or another of syslog's",
                    quote(s.given.syslog_facility), s.given.origin("syslog_facility")));
  }
  return {};
}

Checked check_collectors(Settings& s) {
  return take_collector(s.given, "statsd_addr", s.given.statsd_addr, s.statsd).and_then([&] {
    return take_collector(s.given, "statsite_addr", s.given.statsite_addr, s.statsite);
  });
}

}  // namespace hearsay::agent
