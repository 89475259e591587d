#include "cli/answer_wait.h"

#include <unistd.h>

#include <utility>

namespace hearsay::cli {
namespace {

constexpr std::size_t names_shown = 5;

std::string list_of(const AnswerWait::Names& names) {
  std::string out;
  std::size_t shown = 0;
  for (const std::string& name : names) {
    if (shown == names_shown) {
      return out + " and " + std::to_string(names.size() - shown) + " more";
    }
    out.append(shown++ == 0 ? "" : ", ").append(name);
  }
  return out;
}

}  // namespace

bool tells_waits(const Program& program) {
  return !program.is_serf && ::isatty(STDERR_FILENO) == 1;
}

void AnswerWait::add(const agent::rpc::QueryRecord& record) {
  Names& missing = record.type == agent::rpc::QueryRecord::ack ? unacked_ : unanswered_;
  if (const auto found = missing.find(record.from); found != missing.end()) {
    missing.erase(found);
  }
}

std::string AnswerWait::news() {
  std::string now = text();
  return now == std::exchange(told_, now) ? std::string() : now;
}

std::string AnswerWait::text() const {
  const Names& missing = unacked_.empty() ? unanswered_ : unacked_;
  if (missing.empty()) {
    return "Waiting until the time for answers is up";
  }
  return std::string("Waiting for the ") + (unacked_.empty() ? "answers" : "acks") + " of " +
         std::to_string(missing.size()) + " of " + std::to_string(asked_) + " nodes: " + list_of(missing);
}

}  // namespace hearsay::cli
