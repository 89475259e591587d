#include "agent/rpc/key_report.h"

#include "swim/wire/codec.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::agent::rpc {
namespace {

constexpr auto response_type = static_cast<std::byte>(swim::wire::SerfType::key_response);

std::string fraction(std::size_t part, std::size_t whole) {
  return std::to_string(part) + "/" + std::to_string(whole);
}

}  // namespace

std::string_view KeyReport::take(std::string_view from, swim::Bytes payload) {
  ++answers;
  const auto fail = [&](std::string_view why) {
    ++failures;
    messages.insert_or_assign(std::string(from), std::string(why));
  };
  if (payload.empty() || payload.front() != response_type) {
    fail("Invalid key query response type");
    return {};
  }
  const auto response = swim::wire::decode<swim::wire::KeyResponse>(payload.subspan(1));
  if (!response) {
    fail("Failed to decode key query response");
    return {};
  }
  for (const std::string_view key : response->keys) {
    ++keys[std::string(key)];
  }
  if (!response->result) {
    fail(response->message);
    return {};
  }
  if (!response->message.empty()) {
    messages.insert_or_assign(std::string(from), std::string(response->message));
  }
  return response->message;
}

std::string KeyReport::error() const {
  if (failures > 0) {
    return fraction(failures, nodes) + " nodes reported failure";
  }
  return answers >= nodes ? std::string() : fraction(answers, nodes) + " nodes reported success";
}

}  // namespace hearsay::agent::rpc
