#include "agent/key_requests.h"

#include <string_view>
#include <vector>

#include "agent/state/keyring_file.h"
#include "swim/gossip/internal_queries.h"

namespace hearsay::agent {
namespace {

/// As Serf's log has it: without the prefix of internal queries.
std::string name_of(swim::KeyOperation operation) {
  constexpr std::string_view prefix = "_serf_";
  return std::string(swim::key_query_name(operation).substr(prefix.size()));
}

/// memberlist's texts, which reach whoever runs `keys`.
std::string_view describe(swim::wire::KeyError error) noexcept {
  switch (error) {
    case swim::wire::KeyError::bad_length:
      return "key size must be 16, 24 or 32 bytes";
    case swim::wire::KeyError::not_installed:
      return "Requested key is not in the keyring";
    case swim::wire::KeyError::is_primary:
      return "Removing the primary key is not allowed";
    case swim::wire::KeyError::too_many:
      break;
  }
  return "the keyring is full (256 keys); remove old ones first";
}

state::FileResult save(const swim::wire::Keyring& ring, const std::string& path) {
  std::vector<swim::Buffer> keys;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const swim::Bytes key = ring.key(i);
    keys.emplace_back(key.begin(), key.end());
  }
  return state::write_keyring(path, keys);
}

/// What went wrong, or nothing.
std::string carry_out(Gossip& gossip, const std::string& keyring_file, const swim::KeyRequested& request) {
  if (request.operation == swim::KeyOperation::list) {
    return {};
  }
  const auto changed = gossip.act([&](swim::Node& node, swim::Instant, swim::Output&) {
    return node.change_keyring(request.operation, request.key);
  });
  if (!changed) {
    return std::string(describe(changed.error()));
  }
  if (keyring_file.empty()) {
    return {};
  }
  const auto saved = save(gossip.node().keyring(), keyring_file);
  return saved ? std::string() : "Failed to write keyring file: " + keyring_file + ": " + saved.error();
}

}  // namespace

void answer_key_request(Gossip& gossip, Log& log, const std::string& keyring_file,
                        const swim::KeyRequested& request) {
  log.info("serf: Received " + name_of(request.operation) + " query");
  const std::string error = carry_out(gossip, keyring_file, request);
  if (!error.empty()) {
    log.err("serf: " + name_of(request.operation) + ": " + error);
  }
  const auto answered = gossip.act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    return node.answer_key_request(now, request.query, request.operation, error, out);
  });
  if (!answered) {
    log.err("serf: Failed to respond to key query");
  }
}

}  // namespace hearsay::agent
