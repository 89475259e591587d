#include "cli/watch_report.h"

#include <algorithm>
#include <span>

namespace hearsay::cli {
namespace {

using Seen = std::map<std::string, std::string>;

ListChange change_between(const Seen& before, const Seen& after) {
  ListChange out;
  for (const auto& [name, shown] : after) {
    const auto old = before.find(name);
    if (old == before.end()) {
      out.added.push_back(name);
    } else if (old->second != shown) {
      out.changed.push_back(name);
    }
  }
  for (const auto& [name, shown] : before) {
    if (!after.contains(name)) {
      out.removed.push_back(name);
    }
  }
  return out;
}

void write_names(JsonWriter& out, std::string_view key, const std::vector<std::string>& names) {
  out.key(key).begin_array();
  for (const std::string& name : names) {
    out.text(name);
  }
  out.end_array();
}

std::string as_line(const MemberView& view, const std::vector<ListedMember>& members,
                    const ListChange& change) {
  JsonWriter out(JsonWriter::Style::one_line);
  out.begin_object();
  write_names(out, "added", change.added);
  write_names(out, "removed", change.removed);
  write_names(out, "changed", change.changed);
  write_members(out, view.fields, members);
  return out.end_object().result();
}

}  // namespace

WatchReport::Seen WatchReport::seen_of(const std::vector<ListedMember>& members) const {
  MemberFields fields = fields_shown(view_.format, view_.fields);
  std::erase_if(fields, [](const MemberField& field) { return field.kind == FieldKind::rtt; });
  Seen out;
  for (const ListedMember& member : members) {
    std::string& shown = out[std::string(member.row.name)];
    for (const MemberField& field : fields) {
      shown.append(value_of(field, member)).push_back('\0');
    }
  }
  return out;
}

std::optional<std::string> WatchReport::add(std::vector<ListedMember> members, Colour colour) {
  view_.arrange(members);
  Seen seen = seen_of(members);
  const ListChange change = change_between(seen_.value_or(Seen{}), seen);
  if (seen_ && change.is_nothing()) {
    return std::nullopt;
  }
  seen_ = std::move(seen);
  std::string text = view_.format == MemberFormat::json
                         ? as_line(view_, members, change)
                         : show_members(view_.format, view_.fields, members, colour);
  if (!text.empty()) {
    text.push_back('\n');
  }
  return text;
}

}  // namespace hearsay::cli
