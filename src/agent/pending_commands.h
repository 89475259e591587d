// Verbs of the core that complete later, and who waits for them.
#pragma once

#include <functional>
#include <map>

#include "swim/event.h"

namespace hearsay::agent {

class PendingCommands {
 public:
  using OnJoin = std::function<void(const swim::JoinDone&)>;
  using OnDone = std::function<void(const swim::CommandDone&)>;

  /// An id for a verb; the callback runs once, when its completion comes.
  swim::CommandId expect_join(OnJoin done) {
    joins_.emplace(++last_, std::move(done));
    return last_;
  }
  swim::CommandId expect(OnDone done) {
    others_.emplace(++last_, std::move(done));
    return last_;
  }
  /// The verb was refused: nothing will come.
  void forget(swim::CommandId id) {
    joins_.erase(id);
    others_.erase(id);
  }
  void complete(const swim::JoinDone& done) { run(joins_, done); }
  void complete(const swim::CommandDone& done) { run(others_, done); }

 private:
  template <class Map, class Completion>
  static void run(Map& waiting, const Completion& completion) {
    if (auto entry = waiting.extract(completion.command)) {
      entry.mapped()(completion);
    }
  }

  std::map<swim::CommandId, OnJoin> joins_;
  std::map<swim::CommandId, OnDone> others_;
  swim::CommandId last_ = 0;
};

}  // namespace hearsay::agent
