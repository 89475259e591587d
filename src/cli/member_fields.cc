#include "cli/member_fields.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "agent/config/quote.h"
#include "agent/net/address.h"
#include "cli/choice.h"

namespace hearsay::cli {
namespace {

using agent::rpc::MemberRow;

constexpr std::string_view tag_prefix = "tag:";
/// In the order of FieldKind.
constexpr std::array<std::string_view, 9> names = {"name", "addr", "ip",       "port",   "status",
                                                   "tags", "rtt",  "protocol", "tag:KEY"};

tl::expected<MemberField, std::string> parse_field(std::string_view word) {
  if (word.starts_with(tag_prefix) && word.size() > tag_prefix.size()) {
    return MemberField{FieldKind::tag, std::string(word.substr(tag_prefix.size()))};
  }
  const auto known = choose("field", word, names);
  if (!known) {
    return tl::unexpected(known.error());
  }
  return MemberField{static_cast<FieldKind>(*known)};
}

void append_tags(std::string& out, const MemberRow& member) {
  std::string_view comma;
  for (const auto& [key, value] : member.tags) {
    out.append(std::exchange(comma, ",")).append(key).append("=").append(value);
  }
}

/// Null if the member has no such tag.
const std::string_view* tag_of(const MemberRow& member, std::string_view key) {
  const auto found = std::ranges::find(member.tags, key, [](const auto& pair) { return pair.first; });
  return found == member.tags.end() ? nullptr : &found->second;
}

std::string ip_of(const MemberRow& member) {
  const auto ip = swim::IpAddress::from_wire(member.addr);
  return ip ? agent::net::format_ip(*ip) : std::string();
}

std::string milliseconds(double seconds) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.3f", seconds * 1000);
  return text;
}

void write_tags(JsonWriter& out, const MemberRow& member) {
  out.begin_object();
  for (const auto& [key, value] : member.tags) {
    out.key(key).text(value);
  }
  out.end_object();
}

}  // namespace

std::span<const std::string_view> field_names() noexcept {
  return names;
}

tl::expected<MemberFields, std::string> parse_fields(std::string_view list) {
  MemberFields out;
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = list.find(',');
    auto field = parse_field(list.substr(0, comma));
    if (!field) {
      return tl::unexpected(std::move(field).error());
    }
    out.push_back(*std::move(field));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return out;
}

std::string title_of(const MemberField& field) {
  if (field.kind == FieldKind::tag) {
    return std::string(tag_prefix) + field.key;
  }
  return field.kind == FieldKind::rtt ? "rtt_ms" : std::string(names[static_cast<std::size_t>(field.kind)]);
}

void append_value(std::string& out, const MemberField& field, const ListedMember& member) {
  const MemberRow& row = member.row;
  switch (field.kind) {
    case FieldKind::name:
      out.append(row.name);
      return;
    case FieldKind::addr:
      out.append(address_of(row));
      return;
    case FieldKind::ip:
      out.append(ip_of(row));
      return;
    case FieldKind::port:
      out.append(std::to_string(row.port));
      return;
    case FieldKind::status:
      out.append(row.status);
      return;
    case FieldKind::tags:
      append_tags(out, row);
      return;
    case FieldKind::rtt:
      out.append(member.rtt_s ? milliseconds(*member.rtt_s) : std::string());
      return;
    case FieldKind::protocol:
      out.append(std::to_string(row.delegate_cur));
      return;
    case FieldKind::tag:
      break;
  }
  const std::string_view* const value = tag_of(row, field.key);
  out.append(value == nullptr ? std::string_view() : *value);
}

std::string value_of(const MemberField& field, const ListedMember& member) {
  std::string out;
  append_value(out, field, member);
  return out;
}

void write_value(JsonWriter& out, const MemberField& field, const ListedMember& member) {
  switch (field.kind) {
    case FieldKind::port:
    case FieldKind::protocol:
      out.literal(value_of(field, member));
      return;
    case FieldKind::rtt:
      out.literal(member.rtt_s ? milliseconds(*member.rtt_s) : "null");
      return;
    case FieldKind::tags:
      write_tags(out, member.row);
      return;
    case FieldKind::tag:
      if (tag_of(member.row, field.key) == nullptr) {
        out.null();
        return;
      }
      break;
    default:
      break;
  }
  out.text(value_of(field, member));
}

std::string address_of(const MemberRow& member) {
  const auto ip = swim::IpAddress::from_wire(member.addr);
  return ip ? agent::net::format_endpoint({*ip, member.port}) : ":" + std::to_string(member.port);
}

}  // namespace hearsay::cli
