// How `query` shows what comes in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/rpc/messages.h"
#include "cli/format.h"

namespace hearsay::cli {

/// Text is told line by line, JSON when all is over. Each call returns what is to be printed now, without
/// a newline at its end; empty: nothing.
class QueryReport {
 public:
  QueryReport(Format format, std::string_view name, bool wants_acks)
      : format_(format), name_(name), wants_acks_(wants_acks) {}

  [[nodiscard]] std::string begin() const;
  std::string add(const agent::rpc::QueryRecord& record);
  [[nodiscard]] std::string end() const;

  [[nodiscard]] std::size_t acks() const noexcept { return acks_.size(); }

 private:
  [[nodiscard]] std::string as_json() const;

  Format format_;
  std::string name_;
  bool wants_acks_;
  std::vector<std::string> acks_;
  std::map<std::string, std::string> answers_;  // by node; of JSON alone
  std::size_t answers_count_ = 0;
};

}  // namespace hearsay::cli
