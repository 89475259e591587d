// Regular expressions from others: a byte for where they come from, then pieces: what is matched, and
// filters.
#include <vector>

#include "agent/rpc/pattern.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "swim/gossip/query_filter.h"

namespace hearsay::fuzz {
namespace {

using namespace swim;

/// A query's filters as they are on the wire.
void match_query_filters(Input& in, std::string_view text) {
  std::vector<Bytes> filters;
  while (!in.empty() && filters.size() <= query_filters_max) {
    filters.push_back(in.piece());
  }
  const QueryFilters compiled(filters);
  const FilterResult result = compiled.match(text, [&](std::string_view) { return text; });
  if (compiled.state() != FilterResult::match) {
    HEARSAY_INVARIANT(result == compiled.state());
  }
  static_cast<void>(compiled.match(text, as_bytes(text)));
}

/// An RPC client's expression.
void match_pattern(std::string_view expression, std::string_view text) {
  const auto pattern = agent::rpc::Pattern::compile(expression);
  HEARSAY_INVARIANT(pattern || !pattern.error().empty());
  static_cast<void>(pattern && pattern->matches(text));
}

}  // namespace

void run(Bytes bytes) {
  Input in(bytes);
  const bool from_gossip = in.below(2) == 0;
  const std::string_view text = as_text(in.piece());
  if (from_gossip) {
    match_query_filters(in, text);
    return;
  }
  const std::string_view expression = as_text(in.rest());
  match_pattern(expression, text);
  static_cast<void>(flaw_of_pattern(expression));
}

}  // namespace hearsay::fuzz
