#include "agent/own_tags.h"

#include <utility>

#include "agent/config/reload.h"
#include "agent/refusals.h"
#include "agent/state/tags_file.h"
#include "swim/gossip/tags.h"

namespace hearsay::agent {

void OwnTags::update(const swim::Tags& set_tags, const std::vector<std::string>& remove, const Done& done) {
  swim::Tags tags = gossip_->node().tags();
  for (const std::string& key : remove) {
    tags.erase(key);
  }
  for (const auto& [key, value] : set_tags) {
    tags.insert_or_assign(key, value);
  }
  set(std::move(tags), done);
}

void OwnTags::reload(const swim::Tags& read_now, const Done& done) {
  const swim::Tags tags = reload_tags(gossip_->node().tags(), last_read_, read_now);
  if (tags != gossip_->node().tags()) {
    set(tags, done);
  } else if (tags == read_now || saved(tags, done)) {
    done({});  // no news for the cluster: it is told nothing
  }
  if ((path_.empty() || tags == read_now) && gossip_->node().tags() == tags) {
    last_read_ = read_now;  // else they are to be taken at the next reload
  }
}

bool OwnTags::saved(const swim::Tags& tags, const Done& done) {
  const auto result = save(tags);
  if (!result) {
    log_->err("agent: " + result.error());
    done(result.error());
  }
  return result.has_value();
}

/// In Serf's order: what could not be saved is not told to the cluster.
void OwnTags::set(swim::Tags tags, const Done& done) {
  if (!saved(tags, done)) {
    return;
  }
  const swim::CommandId command = commands_->expect([done](const swim::CommandDone& result) {
    done(result.timed_out ? "timeout waiting for update broadcast" : std::string());
  });
  const auto accepted = gossip_->act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    return node.set_tags(now, command, std::move(tags), out);
  });
  if (!accepted) {
    commands_->forget(command);
    done(describe(accepted.error()));
  }
}

/// If they fit, and there is a file to keep them.
tl::expected<void, std::string> OwnTags::save(const swim::Tags& tags) {
  swim::Buffer encoded;
  swim::encode_tags(tags, gossip_->node().config().protocol, encoded);
  if (path_.empty() || encoded.size() > swim::tags_encoded_max) {
    return {};  // too large: the node says so, and the file is to stay readable
  }
  if (const auto written = state::write_tags(path_, tags); !written) {
    return tl::unexpected("Failed to write tags file: open " + path_ + ": " + written.error());
  }
  last_read_ = tags;
  return {};
}

}  // namespace hearsay::agent
