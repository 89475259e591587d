#include "agent/rpc/member_filter.h"

#include <algorithm>

#include "agent/rpc/limits.h"
#include "swim/gossip/tags.h"

namespace hearsay::agent::rpc {
namespace {

/// An empty expression asks for nothing. False: it does not compile, and `error` says why.
bool compile_into(std::optional<Pattern>& out, std::string_view expression, int memory, std::string& error) {
  if (expression.empty()) {
    return true;
  }
  auto pattern = Pattern::compile(expression, memory);
  if (!pattern) {
    error = std::move(pattern).error();
    return false;
  }
  out = *std::move(pattern);
  return true;
}

}  // namespace

bool MemberFilter::within_limits(const MembersFilteredRequest& request) noexcept {
  std::size_t bytes = request.status.size() + request.name.size();
  for (const auto& [key, expression] : request.tags) {
    bytes += expression.size();
  }
  return request.tags.size() <= limits::tag_filters && bytes <= limits::pattern_bytes;
}

tl::expected<MemberFilter, std::string> MemberFilter::compile(const MembersFilteredRequest& request) {
  MemberFilter out;
  std::string error;
  const int memory =
      std::min(Pattern::memory_max,
               memory_max / static_cast<int>(std::min(request.tags.size(), limits::tag_filters) + 2));
  if (!compile_into(out.status_, request.status, memory, error) ||
      !compile_into(out.name_, request.name, memory, error)) {
    return tl::unexpected(std::move(error));
  }
  for (const auto& [key, expression] : request.tags) {
    auto pattern = Pattern::compile(expression, memory);
    if (!pattern) {
      return tl::unexpected(std::move(pattern).error());
    }
    out.tags_.emplace_back(key, *std::move(pattern));
  }
  return out;
}

bool MemberFilter::matches(const swim::Member& member) const {
  if ((status_ && !status_->matches(swim::to_text(member.status))) ||
      (name_ && !name_->matches(member.name()))) {
    return false;
  }
  for (const auto& [key, pattern] : tags_) {
    if (pattern.rules_out(swim::as_text(member.meta())) ||
        !pattern.matches(swim::find_tag(member.meta(), key).value_or(""))) {
      return false;
    }
  }
  return true;
}

}  // namespace hearsay::agent::rpc
