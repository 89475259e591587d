#include "cli/query_records.h"

#include <chrono>

#include "cli/console.h"

namespace hearsay::cli {

using agent::rpc::QueryRecord;

namespace {

constexpr std::chrono::milliseconds long_wait{1000};

void tell_waits(agent::rpc::Client& client, AnswerWait& wait) {
  while (!client.await_input(long_wait)) {
    if (const std::string line = wait.news(); !line.empty()) {
      print_error(line);
    }
  }
}

}  // namespace

tl::expected<std::optional<QueryRecord>, std::string> next_query_record(agent::rpc::Client& client,
                                                                        AnswerWait* wait) {
  if (wait != nullptr) {
    tell_waits(client, *wait);
  }
  if (const auto header = client.next_header(); !header) {
    return tl::unexpected(header.error());
  }
  const auto body = client.next_object();
  if (!body) {
    return tl::unexpected(body.error());
  }
  agent::rpc::Reader in(*body);
  QueryRecord record;
  decode(in, record);
  if (in.failed()) {
    return tl::unexpected<std::string>("undecodable record");
  }
  // At the deadline Serf may send a record from nobody before the one that says so.
  const bool over = record.type == QueryRecord::done || record.from.empty();
  if (over) {
    return std::nullopt;
  }
  if (wait != nullptr) {
    wait->add(record);
  }
  return record;
}

int fail_cut_short(std::string_view error) {
  print_error("Error waiting for answers: " + std::string(error) + ". The agent ended before the query did");
  return 1;
}

}  // namespace hearsay::cli
