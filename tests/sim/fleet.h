// Members that mean something: what each was told to be, so that what others believe can be judged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/world/world.h"

namespace hearsay::sim {

/// What a member means to be.
enum class Life : std::uint8_t { down, up, leaving, left };

/// Plays the agents and their operators: starts processes, has them join until somebody answers, stops
/// those that have left, answers queries.
class Fleet final : private Watcher {
 public:
  /// `config` says how member i is started; names are set here. Nobody is started yet.
  Fleet(World& world, std::size_t size, const std::function<swim::Config(NodeIndex)>& config,
        std::uint64_t seed);

  // ---- verbs -----------------------------------------------------------------------------------
  /// Starts member i, with the tags it had last, and has it join others.
  void start(NodeIndex i);
  void crash(NodeIndex i);
  void power_off(NodeIndex i);
  /// What agents do about seeds that are no members (agent/seed_watch.h), here once a network is whole again:
  /// those join once more that joined only a part.
  void join_the_parted();
  /// Says goodbye, and stops the process once that is done.
  void leave(NodeIndex i);
  void pause(NodeIndex i);
  void resume(NodeIndex i);
  void set_tags(NodeIndex i, swim::Tags tags);
  /// Those of its next process; nobody is told of them before.
  void set_tags_of_next(NodeIndex i, swim::Tags tags) { members_[i].config.tags = std::move(tags); }
  /// False if the node refused.
  bool send_event(NodeIndex i, const std::string& name);
  bool query(NodeIndex i, const std::string& name);
  /// An operator at member i says that `whom` will not come back; with `prune`, that it never was.
  void force_leave(NodeIndex i, NodeIndex whom, bool prune);

  // ---- truth -----------------------------------------------------------------------------------
  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
  [[nodiscard]] Life life(NodeIndex i) const { return members_[i].life; }
  /// When it was last started, stopped or told to go.
  [[nodiscard]] swim::Instant changed(NodeIndex i) const { return members_[i].changed; }
  /// Its process has been found by somebody, or has found them, and looks for nobody else any more.
  [[nodiscard]] bool joined(NodeIndex i) const { return members_[i].joined && members_[i].joins_open == 0; }
  /// It has once left, or somebody said so of it. Who was parted from it then may say so of its later lives
  /// too, once they are over.
  [[nodiscard]] bool dismissed(NodeIndex i) const { return members_[i].dismissed; }
  [[nodiscard]] static std::string name(NodeIndex i) { return "n" + std::to_string(i); }
  /// The member of that name; size() if there is none.
  [[nodiscard]] NodeIndex by_name(std::string_view name) const;
  [[nodiscard]] World& world() noexcept { return world_; }
  [[nodiscard]] const World& world() const noexcept { return world_; }

  /// Whom those that start join: up to `seeds_a_join` by lot of the members before this one; 0: nobody.
  NodeIndex seeds_end;
  std::size_t seeds_a_join = 16;

  /// Looks on as well; or null.
  void watch(Watcher* watcher) noexcept { watcher_ = watcher; }

 private:
  struct Member {
    swim::Config config;
    Life life = Life::down;
    swim::Instant changed{};
    bool joined = false;
    int joins_open = 0;          // of this process, one after another or side by side
    bool joined_a_part = false;  // while the network was cut, or without a seed that did not answer
    bool dismissed = false;
  };

  void sent(NodeIndex from, const swim::Endpoint& to, swim::Bytes bytes) override;
  void told(NodeIndex i, swim::Event&& event) override;
  void stepped(NodeIndex i) override;
  void change(NodeIndex i, Life life);
  void join(NodeIndex i);
  void joined(NodeIndex i, const swim::JoinDone& done);
  /// Has it happen unless the process of host i is another by then.
  void later_in_process(NodeIndex i, swim::Duration delay, std::function<void()> happen);

  World& world_;
  swim::Random random_;
  std::vector<Member> members_;
  swim::CommandId last_command_ = 0;
  Watcher* watcher_ = nullptr;
};

}  // namespace hearsay::sim
