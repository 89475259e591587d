#include "sim/spread/spread.h"

#include <algorithm>
#include <string>

#include "sim/acquaint.h"
#include "sim/units.h"
#include "swim/random.h"

namespace hearsay::sim {

using namespace swim;

namespace {

/// Rumors of the acquaintance, which are none of this experiment's, are few and soon over.
constexpr std::size_t rumors_a_queue = 64;
constexpr Duration rest = std::chrono::seconds(15);

/// Who has heard the news of this run, and who has sent it to whom.
class Census final : public Watcher {
 public:
  Census(const World& world, std::size_t members)
      : world_(world), heard_(members), sent_(members), to_(members) {}

  void begin(std::string token) {
    token_ = std::move(token);
    begun_ = world_.now();
    std::ranges::fill(heard_, never);
    std::ranges::fill(sent_, 0);
    std::ranges::fill(to_, 0);
  }

  void end(SpreadResult& result) const {
    const std::size_t heard_before = result.heard.size();
    Duration last{};
    std::size_t copies = 0;
    for (std::size_t i = 0; i < heard_.size(); ++i) {
      copies += sent_[i];
      if (heard_[i] != never) {
        result.heard.push_back(heard_[i] - begun_);
        last = std::max(last, heard_[i] - begun_);
      }
    }
    const std::size_t missed = heard_.size() - (result.heard.size() - heard_before);
    result.missed += missed;
    result.runs_missed += missed > 0 ? 1 : 0;
    result.last.push_back(last);
    result.copies += static_cast<double>(copies) / static_cast<double>(heard_.size());
    result.copies_most = std::max(result.copies_most, *std::ranges::max_element(sent_));
    result.addressed_most = std::max(result.addressed_most, *std::ranges::max_element(to_));
  }

 private:
  void sent(NodeIndex from, const Endpoint& to, Bytes bytes) override {
    if (!token_.empty() && as_text(bytes).find(token_) != std::string_view::npos) {
      ++sent_[from];
      if (const auto host = host_number(to)) {
        ++to_[*host];
      }
    }
  }

  void told(NodeIndex i, Event&& event) override {
    const auto* const user = std::get_if<UserEventReceived>(&event);
    const auto* const member = std::get_if<MemberEvent>(&event);
    const bool news = (user != nullptr && user->name == token_) ||
                      (member != nullptr && member->kind == MemberEventKind::update &&
                       as_text(member->member.meta()).find(token_) != std::string_view::npos);
    if (news && heard_[i] == never) {
      heard_[i] = world_.now();
    }
  }

  const World& world_;
  std::string token_;  // the bytes that give the news away, wherever they are
  Instant begun_{};
  std::vector<Instant> heard_;
  std::vector<std::size_t> sent_;
  std::vector<std::size_t> to_;
};

void boot_all(World& world, const Spread& what) {
  for (NodeIndex i = 0; i < what.members; ++i) {
    Config config;
    config.name = "n" + std::to_string(i);
    config.compress = false;  // so that news can be told by its bytes
    config.coordinates = false;
    config.limits.member_queue_depth = rumors_a_queue;
    if (what.tune) {
      what.tune(i, config);
    }
    world.boot(world.add_host(), std::move(config));
  }
}

void make_news(World& world, NodeIndex at, News news, const std::string& token) {
  world.call(at, [&](Node& node, Instant now, Output& out) {
    if (news == News::user_event) {
      return node.send_event(now, token, {}, false, out).has_value();
    }
    return node.set_tags(now, 1, {{"news", token}}, out).has_value();
  });
}

}  // namespace

SpreadResult measure_spread(const Spread& what) {
  World world(what.seed);
  Census census(world, what.members);
  world.watch(&census);
  boot_all(world, what);
  acquaint(world);
  world.run_until(world.now() + rest);
  world.network() = what.network;
  Random random(what.seed);
  SpreadResult result;
  for (std::size_t run = 0; run < what.runs; ++run) {
    // Not all pieces of news fall on the same part of a beat.
    world.run_until(world.now() + std::chrono::milliseconds(1 + random.below(1000)));
    const std::string token = "news-of-run-" + std::to_string(run) + ".";
    census.begin(token);
    make_news(world, random.below(static_cast<std::uint32_t>(what.members)), what.news, token);
    world.run_until(world.now() + what.watched);
    census.end(result);
  }
  result.copies /= static_cast<double>(std::max<std::size_t>(what.runs, 1));
  std::ranges::sort(result.heard);
  std::ranges::sort(result.last);
  return result;
}

}  // namespace hearsay::sim
