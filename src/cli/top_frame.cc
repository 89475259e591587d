#include "cli/top_frame.h"

#include <algorithm>
#include <tuple>

#include "cli/paint.h"

namespace hearsay::cli {
namespace {

/// "?" if the agent does not tell.
std::string_view value(const Stats& stats, std::string_view section, std::string_view key) {
  const auto found = stats.find(section);
  if (found == stats.end()) {
    return "?";
  }
  const auto one = found->second.find(key);
  return one == found->second.end() ? "?" : one->second;
}

std::string head(const TopFrame& frame, Colour colour) {
  const std::string_view health = value(frame.stats, "serf", "health_score");
  std::string out(value(frame.stats, "agent", "name"));
  out.append(": ").append(std::to_string(frame.alive)).append(" alive, ");
  const std::string failed = std::to_string(frame.failed) + " failed";
  out.append(painted(failed, colour == Colour::on && frame.failed > 0 ? Paint::red : Paint::plain));
  out.append(", ").append(std::to_string(frame.others)).append(" leaving or left; health ");
  out.append(painted(health, colour == Colour::on && health != "0" ? Paint::yellow : Paint::plain));
  return out.append(value(frame.stats, "serf", "encrypted") == "true" ? "; encrypted" : "; not encrypted");
}

std::string queues(const Stats& stats) {
  std::string out = "queues:";
  for (const auto& [word, section, key] :
       {std::tuple("intents", "serf", "intent_queue"), std::tuple("events", "serf", "event_queue"),
        std::tuple("queries", "serf", "query_queue"),
        std::tuple("rumors", "hearsay", "member_rumors_waiting"),
        std::tuple("hooks", "hearsay", "hook_events_waiting")}) {
    out.append(" ").append(word).append(" ").append(value(stats, section, key));
  }
  return out;
}

void append_lines(std::vector<std::string>& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::vector<std::string> show_frame(const TopFrame& frame, Colour colour) {
  std::vector<std::string> out = {head(frame, colour), queues(frame.stats), ""};
  const MemberFields fields = {
      {FieldKind::name}, {FieldKind::addr}, {FieldKind::status}, {FieldKind::rtt}, {FieldKind::tags}};
  append_lines(out, show_members(MemberFormat::text, fields, frame.members, colour));
  if (!frame.events.empty()) {
    out.emplace_back();
    out.emplace_back("last events");
    out.insert(out.end(), frame.events.begin(), frame.events.end());
  }
  return out;
}

std::string cut_to(std::string_view line, std::size_t columns) {
  std::string out;
  std::size_t width = 0;
  bool in_colour = false;
  for (const char c : line) {
    const bool starts_character = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    in_colour = in_colour || c == '\x1b';
    if (!in_colour && starts_character) {
      ++width;
    }
    if (in_colour || width <= columns) {
      out.push_back(c);
    }
    in_colour = in_colour && c != 'm';
  }
  return out;
}

}  // namespace hearsay::cli
