#include "agent/rpc/answerable_queries.h"

#include <algorithm>

#include "agent/rpc/limits.h"

namespace hearsay::agent::rpc {

std::uint64_t AnswerableQueries::add(const swim::QueryReceived& query, swim::Instant now,
                                     std::uint64_t& forgotten) {
  if (entries_.size() == entries_.capacity()) {  // before it grows
    std::erase_if(entries_, [now](const Entry& entry) { return entry.deadline <= now; });
  }
  if (entries_.size() >= limits::answerable_queries) {
    entries_.erase(entries_.begin());
    ++forgotten;
  }
  entries_.push_back({++last_, {query.ltime, query.id}, query.deadline});
  return last_;
}

std::optional<swim::QueryKey> AnswerableQueries::find(std::uint64_t number, swim::Instant now) const {
  const auto found = std::ranges::lower_bound(entries_, number, {}, &Entry::number);
  if (found == entries_.end() || found->number != number || found->deadline <= now) {
    return std::nullopt;
  }
  return found->key;
}

}  // namespace hearsay::agent::rpc
