// What a test wants to see in a log, or not to see.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "agent/log.h"

namespace hearsay::test {

/// Counts the lines of a log that hold a text.
struct LineCount final : agent::rpc::LogListener {
  LineCount(agent::Log& log, std::string text) : log_(&log), text_(std::move(text)) {
    log.add_listener(*this);
  }
  LineCount(const LineCount&) = delete;
  LineCount& operator=(const LineCount&) = delete;
  ~LineCount() { log_->remove_listener(*this); }
  void on_log_line(std::string_view line) override {
    seen += line.find(text_) != std::string_view::npos ? 1 : 0;
  }
  int seen = 0;

 private:
  agent::Log* log_;
  std::string text_;
};

}  // namespace hearsay::test
