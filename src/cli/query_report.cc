#include "cli/query_report.h"

#include "cli/json_writer.h"

namespace hearsay::cli {

std::string QueryReport::begin() const {
  return format_ == Format::json ? std::string() : "Query '" + name_ + "' dispatched";
}

std::string QueryReport::add(const agent::rpc::QueryRecord& record) {
  const std::string from(record.from);
  if (record.type == agent::rpc::QueryRecord::ack) {
    acks_.push_back(from);
    return format_ == Format::json ? std::string() : "Ack from '" + from + "'";
  }
  ++answers_count_;
  std::string_view payload = swim::as_text(record.payload);
  if (format_ == Format::json) {
    answers_.insert_or_assign(from, std::string(payload));
    return {};
  }
  payload.remove_suffix(payload.ends_with('\n') ? 1 : 0);
  return "Response from '" + from + "': " + std::string(payload);
}

std::string QueryReport::end() const {
  if (format_ == Format::json) {
    return as_json();
  }
  const std::string acks = wants_acks_ ? "Total Acks: " + std::to_string(acks_.size()) + "\n" : std::string();
  return acks + "Total Responses: " + std::to_string(answers_count_);
}

std::string QueryReport::as_json() const {
  JsonWriter json;
  json.begin_object().key("Acks");
  if (acks_.empty()) {
    json.null();
  } else {
    json.begin_array();
    for (const std::string& from : acks_) {
      json.text(from);
    }
    json.end_array();
  }
  json.key("Responses").begin_object();
  for (const auto& [from, payload] : answers_) {
    json.key(from).text(payload);
  }
  json.end_object().end_object();
  return json.result();
}

}  // namespace hearsay::cli
