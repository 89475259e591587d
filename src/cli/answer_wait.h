// What a query that takes long still waits for, told to whoever sits at the terminal.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "agent/rpc/messages.h"
#include "cli/command.h"

namespace hearsay::cli {

/// Whether somebody at a terminal may be told; under the name `serf` nobody is.
[[nodiscard]] bool tells_waits(const Program& program);

/// Whose acks and answers to a query are missing.
class AnswerWait {
 public:
  using Names = std::set<std::string, std::less<>>;

  /// `asked`: the live nodes that the query is for. `wants_acks`: whether they acknowledge it.
  AnswerWait(Names asked, bool wants_acks)
      : asked_(asked.size()), unacked_(wants_acks ? asked : Names()), unanswered_(std::move(asked)) {}

  void add(const agent::rpc::QueryRecord& record);

  /// A line that says who is waited for: "Waiting for the acks of 2 of 3 nodes: db-1, web-2". Empty if that
  /// is what the last one said.
  [[nodiscard]] std::string news();

 private:
  [[nodiscard]] std::string text() const;

  std::size_t asked_;
  Names unacked_;
  Names unanswered_;
  std::string told_;
};

}  // namespace hearsay::cli
