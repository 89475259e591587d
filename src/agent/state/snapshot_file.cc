#include "agent/state/snapshot_file.h"

#include <algorithm>
#include <charconv>

#include "agent/net/address.h"

namespace hearsay::agent::state {
namespace {

/// The rest of the line after `key: `.
std::optional<std::string_view> after(std::string_view line, std::string_view key) noexcept {
  if (line.starts_with(key) && line.substr(key.size()).starts_with(": ")) {
    return line.substr(key.size() + 2);
  }
  return std::nullopt;
}

bool take_clock(std::string_view text, std::uint64_t& clock) noexcept {
  std::uint64_t time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return false;
  }
  clock = time;
  return true;
}

bool can_be_written(std::string_view name) noexcept {
  return !name.empty() &&
         std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// Takes no name that could not be written again.
bool take_alive(std::string_view text, SnapshotContents& contents) {
  const std::size_t space = text.rfind(' ');  // a name may hold spaces, an address cannot
  if (space == std::string_view::npos || !can_be_written(text.substr(0, space))) {
    return false;
  }
  const auto address = net::parse_address(text.substr(space + 1));
  const auto ip = address ? net::parse_ip(address->host) : std::nullopt;
  if (!ip || !address->port) {
    return false;
  }
  contents.alive.insert_or_assign(std::string(text.substr(0, space)),
                                  swim::Endpoint{.ip = *ip, .port = *address->port});
  return true;
}

/// False: the line means nothing.
bool take_fact(std::string_view line, SnapshotContents& contents) {
  if (const auto text = after(line, "alive")) {
    return take_alive(*text, contents);
  }
  if (const auto name = after(line, "not-alive")) {
    if (const auto found = contents.alive.find(*name); found != contents.alive.end()) {
      contents.alive.erase(found);
    }
    return true;
  }
  if (const auto text = after(line, member_clock_key)) {
    return take_clock(*text, contents.clocks.member);
  }
  if (const auto text = after(line, event_clock_key)) {
    return take_clock(*text, contents.clocks.event);
  }
  if (const auto text = after(line, query_clock_key)) {
    return take_clock(*text, contents.clocks.query);
  }
  return line.starts_with('#') || after(line, "coordinate").has_value();
}

}  // namespace

void SnapshotContents::take(std::string_view line, bool keep_after_leave) {
  if (line == "leave") {
    if (!keep_after_leave) {
      alive.clear();
      clocks = {};
    }
  } else if (!take_fact(line, *this)) {
    ++lines_skipped;
  }
}

SnapshotContents parse_snapshot(std::string_view text, bool keep_after_leave) {
  SnapshotContents contents;
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', start)) {
    contents.take(text.substr(start, end - start), keep_after_leave);
    start = end + 1;
  }
  contents.bytes_complete = start;
  return contents;
}

std::string alive_line(std::string_view name, const swim::Endpoint& at) {
  if (!can_be_written(name)) {
    return {};
  }
  return "alive: " + std::string(name) + " " + net::format_endpoint(at) + "\n";
}

std::string not_alive_line(std::string_view name) {
  return can_be_written(name) ? "not-alive: " + std::string(name) + "\n" : std::string();
}

std::string clock_line(std::string_view key, std::uint64_t time) {
  return std::string(key) + ": " + std::to_string(time) + "\n";
}

std::string compact_snapshot(const SnapshotContents& contents) {
  std::string out;
  for (const auto& [name, at] : contents.alive) {
    out += alive_line(name, at);
  }
  out += clock_line(member_clock_key, contents.clocks.member);
  out += clock_line(event_clock_key, contents.clocks.event);
  out += clock_line(query_clock_key, contents.clocks.query);
  return out;
}

}  // namespace hearsay::agent::state
