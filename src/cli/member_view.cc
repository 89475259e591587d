#include "cli/member_view.h"

#include <algorithm>
#include <array>
#include <compare>
#include <limits>
#include <tuple>

#include "cli/choice.h"

namespace hearsay::cli {
namespace {

/// In the order of MemberOrder.
constexpr std::array<std::string_view, 3> orders = {"name", "addr", "rtt"};

bool by_address(const ListedMember& a, const ListedMember& b) {
  const auto key = [](const ListedMember& member) {
    return std::tuple(member.row.addr.size(), member.row.port, member.row.name);
  };
  const auto difference = std::lexicographical_compare_three_way(a.row.addr.begin(), a.row.addr.end(),
                                                                 b.row.addr.begin(), b.row.addr.end());
  if (a.row.addr.size() == b.row.addr.size() && difference != 0) {
    return difference < 0;
  }
  return key(a) < key(b);
}

bool by_round_trip(const ListedMember& a, const ListedMember& b) {
  const auto key = [](const ListedMember& member) {
    return std::tuple(member.rtt_s.value_or(std::numeric_limits<double>::max()), member.row.name);
  };
  return key(a) < key(b);
}

}  // namespace

bool MemberView::needs_rtt() const noexcept {
  return order == MemberOrder::rtt ||
         std::ranges::find(fields, FieldKind::rtt, &MemberField::kind) != fields.end();
}

void MemberView::arrange(std::vector<ListedMember>& members) const {
  if (order == MemberOrder::addr) {
    std::ranges::sort(members, by_address);
  } else if (order == MemberOrder::rtt) {
    std::ranges::sort(members, by_round_trip);
  } else if (const auto name = [](const ListedMember& member) { return member.row.name; };
             !std::ranges::is_sorted(members, {}, name)) {  // as they come from the agent
    std::ranges::sort(members, {}, name);
  }
  if (limit != 0 && members.size() > limit) {
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(limit), members.end());
  }
}

void MemberViewFlags::add_to(std::vector<agent::Flag>& flags) {
  flags.push_back({"format", &format, "=FORMAT", "text (default), json, tsv, addr, env or names."});
  flags.push_back(
      {"fields", &fields, "=LIST",
       "Of each member, in text, json, tsv and env: a comma\nlist of name, addr, ip, port, status, "
       "tags, rtt,\nprotocol and tag:KEY."});
  flags.push_back({"sort", &sort, "=ORDER", "By name (default), addr or rtt, nearest first."});
  flags.push_back({"limit", &limit, "=N", "Only the first N."});
}

tl::expected<MemberView, std::string> MemberViewFlags::parse() const {
  const auto chosen = choose("format", format, format_names());
  if (!chosen) {
    return tl::unexpected(chosen.error());
  }
  const auto order = choose("order", sort, orders);
  if (!order) {
    return tl::unexpected(order.error());
  }
  auto wanted = fields.empty() ? tl::expected<MemberFields, std::string>() : parse_fields(fields);
  if (!wanted) {
    return tl::unexpected(std::move(wanted).error());
  }
  if (limit < 0) {
    return tl::unexpected("-limit is " + std::to_string(limit) + ": give a number of members, or 0 for all");
  }
  const auto form = static_cast<MemberFormat>(*chosen);
  if (!fields.empty() && (form == MemberFormat::addr || form == MemberFormat::names)) {
    return tl::unexpected("-fields says nothing in the format " + format +
                          ": use it with text, json, tsv or env");
  }
  return MemberView{form, *std::move(wanted), static_cast<MemberOrder>(*order),
                    static_cast<std::size_t>(limit)};
}

std::span<const std::string_view> order_names() noexcept {
  return orders;
}

}  // namespace hearsay::cli
