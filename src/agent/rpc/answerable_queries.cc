#include "agent/rpc/answerable_queries.h"

#include "agent/rpc/limits.h"

namespace hearsay::agent::rpc {

std::uint64_t AnswerableQueries::add(const swim::QueryReceived& query, swim::Instant now,
                                     std::uint64_t& forgotten) {
  if (entries_.size() >= limits::answerable_queries) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.deadline <= now; });
  }
  if (entries_.size() >= limits::answerable_queries) {
    entries_.erase(entries_.begin());
    ++forgotten;
  }
  entries_.emplace(++last_, Entry{{query.ltime, query.id}, query.deadline});
  return last_;
}

std::optional<swim::QueryKey> AnswerableQueries::find(std::uint64_t number, swim::Instant now) const {
  const auto found = entries_.find(number);
  if (found == entries_.end() || found->second.deadline <= now) {
    return std::nullopt;
  }
  return found->second.key;
}

}  // namespace hearsay::agent::rpc
