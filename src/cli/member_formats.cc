#include "cli/member_formats.h"

#include <algorithm>
#include <array>

#include "agent/config/quote.h"
#include "agent/hooks/environment.h"
#include "cli/columns.h"
#include "cli/member_list.h"

namespace hearsay::cli {
namespace {

using Members = std::span<const ListedMember>;
using enum FieldKind;

constexpr std::array<std::string_view, 6> names = {"text", "json", "tsv", "addr", "env", "names"};

MemberFields fields_of(std::initializer_list<FieldKind> kinds) {
  MemberFields out;
  for (const FieldKind kind : kinds) {
    out.push_back({kind});
  }
  return out;
}

/// What a member calls itself must not move the cursor of whoever lists it.
void make_inert(Columns& out) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::ranges::all_of(out.field(), is_plain)) {
    out.replace_field(agent::inert(out.field()));
  }
}

Columns columns_of(const MemberFields& fields, Members members) {
  Columns out;
  for (const ListedMember& member : members) {
    for (const MemberField& field : fields) {
      append_value(out.text(), field, member);
      make_inert(out);
      out.end_field();
    }
    out.end_line();
  }
  return out;
}

std::string as_text(const MemberFields& fields, Members members, Colour colour) {
  const Columns columns = columns_of(fields, members);
  std::string out;
  for (std::size_t i = 0; i < members.size(); ++i) {
    out.append(out.empty() ? "" : "\n");
    const std::size_t begin = out.size();
    columns.append_line(i, out);
    out.resize(std::max(begin, out.find_last_not_of(' ') + 1));
    const Paint paint = colour == Colour::on ? paint_of(members[i].row.status) : Paint::plain;
    if (paint != Paint::plain) {
      out.replace(begin, std::string::npos, painted(std::string_view(out).substr(begin), paint));
    }
  }
  return out;
}

std::string as_json(const MemberFields& fields, Members members) {
  JsonWriter out;
  out.begin_object();
  write_members(out, fields, members);
  return out.end_object().result();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\t':
        out.append("\\t");
        break;
      case '\n':
        out.append("\\n");
        break;
      case '\\':
        out.append("\\\\");
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::string as_tsv(const MemberFields& fields, Members members) {
  std::string out;
  for (const ListedMember& member : members) {
    out.append(out.empty() ? "" : "\n");
    std::string_view tab;
    for (const MemberField& field : fields) {
      out.append(std::exchange(tab, "\t")).append(escaped(value_of(field, member)));
    }
  }
  return out;
}

/// For a shell, which takes everything between single quotes as it is. It cannot hold a NUL.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out.append("'\\''");
    } else if (c != '\0') {
      out.push_back(c);
    }
  }
  return out + "'";
}

/// "TAG_DATA_CENTRE".
std::string tag_part(std::string_view key) {
  return agent::hooks::tag_variable(key).substr(std::string_view("SERF_").size());
}

void append_variables(std::string& out, const MemberField& field, const ListedMember& member,
                      const std::string& prefix) {
  const auto append = [&](std::string_view name, std::string_view value) {
    out.append("\n").append(prefix).append(name).append("=").append(shell_quoted(value));
  };
  if (field.kind == tags) {
    for (const auto& [key, value] : member.row.tags) {
      append(tag_part(key), value);
    }
  } else if (field.kind == tag) {
    append(tag_part(field.key), value_of(field, member));
  } else {
    std::string name = title_of(field);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
    append(name, value_of(field, member));
  }
}

std::string as_env(const MemberFields& fields, Members members) {
  std::string out = "HEARSAY_COUNT=" + std::to_string(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string prefix = "HEARSAY_" + std::to_string(i + 1) + "_";
    for (const MemberField& field : fields) {
      append_variables(out, field, members[i], prefix);
    }
  }
  return out;
}

}  // namespace

std::span<const std::string_view> format_names() noexcept {
  return names;
}

Paint paint_of(std::string_view status) noexcept {
  return status == "failed"    ? Paint::red
         : status == "leaving" ? Paint::yellow
         : status == "left"    ? Paint::faint
                               : Paint::plain;
}

void write_members(JsonWriter& out, const MemberFields& fields, Members members) {
  out.key("members").begin_array();
  for (const ListedMember& member : members) {
    if (fields.empty()) {
      write_member(out, member.row);
      continue;
    }
    out.begin_object();
    for (const MemberField& field : fields) {
      write_value(out.key(title_of(field)), field, member);
    }
    out.end_object();
  }
  out.end_array();
}

MemberFields fields_shown(MemberFormat format, const MemberFields& chosen) {
  if (format == MemberFormat::addr) {
    return fields_of({addr});
  }
  if (format == MemberFormat::names) {
    return fields_of({name});
  }
  if (!chosen.empty()) {
    return chosen;
  }
  return format == MemberFormat::env || format == MemberFormat::json
             ? fields_of({name, addr, ip, port, status, tags, protocol})
             : fields_of({name, addr, status, tags});
}

std::string show_members(MemberFormat format, const MemberFields& fields, Members members, Colour colour) {
  switch (format) {
    case MemberFormat::text:
      return as_text(fields_shown(format, fields), members, colour);
    case MemberFormat::json:
      return as_json(fields, members);
    case MemberFormat::env:
      return as_env(fields_shown(format, fields), members);
    default:
      return as_tsv(fields_shown(format, fields), members);
  }
}

}  // namespace hearsay::cli
