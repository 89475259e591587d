#include "cli/member_selection.h"

#include <algorithm>
#include <array>

#include "agent/config/quote.h"
#include "agent/rpc/pattern.h"
#include "cli/choice.h"
#include "cli/tag_args.h"

namespace hearsay::cli {
namespace {

using agent::rpc::MembersFilteredRequest;
using Failure = tl::unexpected<std::string>;

constexpr std::array<std::string_view, 4> states = {"alive", "leaving", "left", "failed"};

/// Empty: it is a pattern.
std::string flaw_of(std::string_view flag, std::string_view pattern) {
  const auto compiled = agent::rpc::Pattern::compile(pattern);
  return compiled ? std::string()
                  : std::string(flag) + std::string(pattern) + ": " + compiled.error() +
                        ". A pattern is a regular expression; a character to be taken as it is gets a \\ "
                        "before it";
}

std::string flaw_of_status(std::string_view pattern) {
  if (std::string flaw = flaw_of("-status ", pattern); !flaw.empty() || pattern.empty()) {
    return flaw;
  }
  const auto compiled = agent::rpc::Pattern::compile(pattern);
  const bool fits_any =
      std::ranges::any_of(states, [&](std::string_view state) { return compiled->matches(state); });
  return fits_any
             ? std::string()
             : "Unknown status " + agent::quote(pattern) + ": give " + list_of(states) + ", or a pattern";
}

}  // namespace

void MemberSelection::add_flags(std::vector<agent::Flag>& flags) {
  flags.push_back({"name", &name, "=PATTERN", "Only members of a matching name."});
  flags.push_back(
      {"status", &status, "=PATTERN", "Only members in a matching state:\nalive, leaving, left or failed."});
  flags.push_back(
      {"tag", &tags, " KEY=PATTERN", "Only members with a matching tag. Repeated: all\nmust match."});
}

tl::expected<MembersFilteredRequest, std::string> MemberSelection::request() const {
  auto pairs = parse_tags(tags);
  if (!pairs) {
    return Failure(pairs.error());
  }
  for (const auto& [key, pattern] : *pairs) {
    if (std::string flaw = flaw_of("-tag " + std::string(key) + "=", pattern); !flaw.empty()) {
      return Failure(std::move(flaw));
    }
  }
  for (std::string flaw : {flaw_of("-name ", name), flaw_of_status(status)}) {
    if (!flaw.empty()) {
      return Failure(std::move(flaw));
    }
  }
  return MembersFilteredRequest{*std::move(pairs), status, name};
}

std::string MemberSelection::describe(bool is_one) const {
  std::string out = status.empty() ? "" : status + " ";
  out.append(is_one ? "member" : "members");
  if (!name.empty()) {
    out.append(" named ").append(name);
  }
  std::string_view joint = " with ";
  for (const std::string& tag : tags) {
    out.append(std::exchange(joint, " and ")).append(tag);
  }
  return out;
}

std::span<const std::string_view> member_states() noexcept {
  return states;
}

}  // namespace hearsay::cli
