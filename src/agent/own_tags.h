// The tags of this node: from the configuration or a file, changed by clients and reloads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/gossip.h"
#include "agent/log.h"
#include "agent/pending_commands.h"

namespace hearsay::agent {

class OwnTags {
 public:
  /// The error is one of the texts in proto/rpc.md; empty: the change has spread.
  using Done = std::function<void(std::string error)>;

  /// `read`: the tags the node starts with. `path`: the tags file, empty if there is none.
  OwnTags(Gossip& gossip, PendingCommands& commands, Log& log, swim::Tags read, std::string path)
      : gossip_(&gossip),
        commands_(&commands),
        log_(&log),
        last_read_(std::move(read)),
        path_(std::move(path)) {}

  /// What a client wants: removes, then sets.
  void update(const swim::Tags& set, const std::vector<std::string>& remove, const Done& done);
  /// The configuration, or the tags file, has been read again: see reload_tags(). If that changes no tag
  /// nobody is told, and a file that holds them already is not written.
  void reload(const swim::Tags& read_now, const Done& done);

 private:
  void set(swim::Tags tags, const Done& done);
  /// Whether save() worked; if not it has been told.
  [[nodiscard]] bool saved(const swim::Tags& tags, const Done& done);
  [[nodiscard]] tl::expected<void, std::string> save(const swim::Tags& tags);

  Gossip* gossip_;
  PendingCommands* commands_;
  Log* log_;
  swim::Tags last_read_;  // or last written to the file
  std::string path_;
};

}  // namespace hearsay::agent
