#include "cli/top_frame.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "agent/config/quote.h"
#include "cli/paint.h"

namespace hearsay::cli {
namespace {

Paint paint_if(Colour colour, bool matters, Paint paint) {
  return colour == Colour::on && matters ? paint : Paint::plain;
}

/// "?" if the agent does not tell.
std::string value(const Stats& stats, std::string_view section, std::string_view key) {
  const auto found = stats.find(section);
  if (found == stats.end()) {
    return "?";
  }
  const auto one = found->second.find(key);
  return one == found->second.end() ? "?" : agent::inert(one->second);
}

std::string head(const TopFrame& frame, Colour colour) {
  const std::string health = value(frame.stats, "serf", "health_score");
  std::string out = value(frame.stats, "agent", "name");
  out.append(": ").append(std::to_string(frame.alive)).append(" alive, ");
  const std::string failed = std::to_string(frame.failed) + " failed";
  out.append(painted(failed, paint_if(colour, frame.failed > 0, Paint::red)));
  out.append(", ").append(std::to_string(frame.others)).append(" leaving or left; health ");
  out.append(painted(health, paint_if(colour, health != "0", Paint::yellow)));
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

/// A line each. They are coloured last, so that no sequence but the colour's own can be in them.
void append_members(std::vector<std::string>& out, std::span<const ListedMember> members, Colour colour) {
  const MemberFields fields = {
      {FieldKind::name}, {FieldKind::addr}, {FieldKind::status}, {FieldKind::rtt}, {FieldKind::tags}};
  const std::string text = show_members(MemberFormat::text, fields, members, Colour::off);
  std::string_view rest = text;
  for (const ListedMember& member : members) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const Paint paint = paint_if(colour, true, paint_of(member.row.status));
    out.push_back(painted(agent::inert(rest.substr(0, end)), paint));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

std::vector<std::string> show_frame(const TopFrame& frame, Colour colour) {
  std::vector<std::string> out = {head(frame, colour), queues(frame.stats), ""};
  append_members(out, frame.members, colour);
  if (!frame.events.empty()) {
    out.emplace_back();
    out.emplace_back("last events");
    std::ranges::transform(frame.events, std::back_inserter(out), agent::inert);
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
