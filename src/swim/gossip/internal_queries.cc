#include "swim/gossip/internal_queries.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <sodium.h>

#include "swim/gossip/answering.h"
#include "swim/wire/codec.h"
#include "swim/wire/dialect_writer.h"

namespace hearsay::swim {

namespace {

constexpr std::string_view internal_prefix = "_serf_";
/// Serf never lists more keys than response limit / this.
constexpr std::size_t encoded_key_min = 25;

struct KeyQuery {
  std::string_view name;
  KeyOperation operation;
};
constexpr KeyQuery key_queries[] = {
    {"_serf_install-key", KeyOperation::install},
    {"_serf_use-key", KeyOperation::use},
    {"_serf_remove-key", KeyOperation::remove},
    {"_serf_list-keys", KeyOperation::list},
};

std::optional<KeyOperation> key_operation(std::string_view name) {
  const auto found = std::ranges::find(key_queries, name, &KeyQuery::name);
  return found == std::end(key_queries) ? std::nullopt : std::optional(found->operation);
}

std::string base64(Bytes bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

/// A member as conflict responses carry it: keys sorted, as Go writes them.
void write_member(const Member& member, Buffer& out) {
  wire::dialect::Writer writer(out);
  const auto number = [&writer](std::string_view key, std::uint64_t value) {
    writer.text(key);
    writer.unsigned_int(value);
  };
  std::size_t tags = 0;
  for_each_tag(member.meta(), [&tags](std::string_view, std::string_view) { ++tags; });
  writer.map(11);
  writer.text("Addr");
  writer.raw(member.at.ip.wire());
  number("DelegateCur", member.versions.delegate_cur);
  number("DelegateMax", member.versions.delegate_max);
  number("DelegateMin", member.versions.delegate_min);
  writer.text("Name");
  writer.text(member.name());
  number("Port", member.at.port);
  number("ProtocolCur", member.versions.protocol_cur);
  number("ProtocolMax", member.versions.protocol_max);
  number("ProtocolMin", member.versions.protocol_min);
  number("Status", static_cast<std::uint64_t>(member.status));
  writer.text("Tags");
  writer.map(tags);
  for_each_tag(member.meta(), [&writer](std::string_view key, std::string_view value) {
    writer.text(key);
    writer.text(value);
  });
}

/// Where we believe the named member is. The one it is about stays silent.
void answer_conflict(Step& step, const QueryKey& key, std::string_view name) {
  Core& core = step.core;
  if (name == core.own().name()) {
    return;
  }
  Buffer payload{static_cast<std::byte>(wire::SerfType::conflict_response)};
  const MemberId id = core.members.find(name);
  if (id == no_member || core.members[id].status == MemberStatus::none) {
    wire::dialect::Writer(payload).nil();
  } else {
    write_member(core.members[id], payload);
  }
  (void)respond_to_query(step, key, payload);
}

void hand_over_key_query(Step& step, const wire::Query& query, KeyOperation operation) {
  const QueryKey key{query.ltime, query.id};
  const auto request = wire::decode<wire::KeyRequest>(query.payload.subspan(1));
  if (!request) {
    ++step.core.counters.messages_rejected;
    return;
  }
  if (step.core.keyring.empty()) {
    const bool list = operation == KeyOperation::list;
    (void)answer_key_query(
        step, key, operation,
        list ? "Keyring is empty (encryption not enabled)" : "No keyring to modify (encryption not enabled)");
    return;
  }
  step.out.events.emplace_back(
      KeyRequested{key, operation, Buffer(request->key.begin(), request->key.end())});
}

Buffer encoded(const wire::KeyResponse& response) {
  Buffer payload;
  wire::encode(response, payload);
  return payload;
}

}  // namespace

std::string_view key_query_name(KeyOperation operation) noexcept {
  return std::ranges::find(key_queries, operation, &KeyQuery::operation)->name;
}

bool is_internal(std::string_view query_name) noexcept {
  return query_name.starts_with(internal_prefix);
}

bool crashes_serf(const wire::Query& query) noexcept {
  return query.payload.empty() && key_operation(query.name).has_value();
}

void answer_internal_query(Step& step, const wire::Query& query) {
  if (query.name == conflict_query) {
    return answer_conflict(step, {query.ltime, query.id}, as_text(query.payload));
  }
  if (const auto operation = key_operation(query.name)) {
    return hand_over_key_query(step, query, *operation);
  }
  if (query.name != ping_query) {
    notice(step, Notice::Level::warn, "serf: Unhandled internal query '" + std::string(query.name) + "'");
  }
}

tl::expected<void, RespondRefused> answer_key_query(Step& step, const QueryKey& key, KeyOperation operation,
                                                    std::string_view error) {
  const wire::Keyring& ring = step.core.keyring;
  std::vector<std::string> keys;
  if (operation == KeyOperation::list && error.empty()) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      keys.push_back(base64(ring.key(i)));
    }
  }
  wire::KeyResponse response{.result = error.empty(), .message = error, .keys = {}, .primary_key = {}};
  if (!keys.empty()) {
    response.primary_key = keys.front();
  }
  response.keys.assign(keys.begin(), keys.end());
  const std::size_t allowed = step.core.config.limits.query_response_bytes;
  std::string truncated;
  Buffer payload = encoded(response);
  for (std::size_t shown = std::min(keys.size(), allowed / encoded_key_min);
       shown > 0 && response_size(step, key, payload) > allowed; payload = encoded(response)) {
    --shown;
    response.keys.resize(shown);
    truncated = "truncated key list response, showing first " + std::to_string(shown) + " of " +
                std::to_string(keys.size()) + " keys";
    response.message = truncated;
  }
  return respond_to_query(step, key, payload);
}

}  // namespace hearsay::swim
