// An agent without sockets, for tests of the RPC: a real node, alone, and verbs that do as told.
#pragma once

#include <fcntl.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "agent/fd.h"
#include "agent/listeners.h"
#include "agent/log.h"
#include "agent/rpc/backend.h"
#include "agent/rpc/session.h"
#include "swim/node.h"

namespace hearsay::test {

class FakeAgent final : public agent::rpc::Backend {
 public:
  /// "r1" at 127.77.5.1:7946 with tag role=x, as in proto/vectors/rpc.
  FakeAgent() : node_(config(), 1, swim::Instant{}) {
    swim::Output ignored;
    node_.start(swim::Instant{}, ignored);
  }

  void tell(const agent::AgentEvent& event) {
    events_.for_each([&](auto& listener) { listener.on_event(event); });
  }
  void tell_log(std::string_view line) {
    logs_.for_each([&](auto& listener) { listener.on_log_line(line); });
  }

  void hear(swim::Bytes datagram) {
    swim::Output ignored;
    node_.receive(swim::Instant{}, {swim::IpAddress::v4(127, 77, 5, 2), 7946}, datagram, ignored);
  }

  // what verbs were called with, and what they answer
  std::vector<std::string> calls;
  std::string error;  // of every verb
  bool answers_at_once = true;
  std::vector<std::function<void()>> pending;  // else: answers to give
  agent::rpc::StatsTree tree = {{"agent", {{"name", "r1"}}}, {"tags", {}}};
  std::vector<std::string> old_lines;  // replayed to a new log listener
  int listeners = 0;
  std::vector<agent::QueryListener*> askers;  // of queries under way

  [[nodiscard]] const swim::Node& node() const override { return node_; }
  [[nodiscard]] agent::rpc::StatsTree stats() const override { return tree; }

  void join(std::vector<std::string> addresses, bool replay,
            std::function<void(std::size_t, std::string)> done) override {
    std::string call = replay ? "join with replay" : "join";
    for (const auto& address : addresses) {
      call += " " + address;
    }
    calls.push_back(call);
    answer([done = std::move(done), contacted = error.empty() ? addresses.size() : 0, text = error] {
      done(contacted, text);
    });
  }
  void leave(std::function<void(std::string)> done) override { run("leave", std::move(done)); }
  void force_leave(std::string_view name, bool prune, std::function<void(std::string)> done) override {
    run((prune ? "prune " : "force-leave ") + std::string(name), std::move(done));
  }
  void update_tags(const swim::Tags& set, const std::vector<std::string>& remove,
                   std::function<void(std::string)> done) override {
    std::string call = "tags";
    for (const auto& [key, value] : set) {
      call += " " + key + "=" + value;
    }
    for (const auto& key : remove) {
      call += " -" + key;
    }
    run(call, std::move(done));
  }
  std::string send_event(std::string_view name, swim::Bytes payload, bool coalesce) override {
    calls.push_back((coalesce ? "event " : "event alone ") + std::string(name) + " " +
                    std::string(swim::as_text(payload)));
    return error;
  }

  /// What was asked, with "-node", "tag~pattern" and the flags that are set.
  std::string query(std::string_view name, swim::Bytes payload, const swim::QueryOptions& options,
                    agent::QueryListener& listener) override {
    calls.push_back(describe(name, payload, options));
    if (error.empty()) {
      askers.push_back(&listener);
      listener.on_query_begun();
    }
    return error;
  }
  void cancel_query(const agent::QueryListener& listener) override {
    if (std::erase(askers, &listener) > 0) {
      calls.emplace_back("cancel query");
    }
  }
  std::string respond(const swim::QueryKey& query, swim::Bytes payload) override {
    calls.push_back("respond " + std::to_string(query.ltime) + "/" + std::to_string(query.id) + " " +
                    std::string(swim::as_text(payload)));
    return error;
  }
  /// The query is over, as far as this agent goes.
  void finish_query(std::size_t index) {
    agent::QueryListener* const listener = askers.at(index);
    askers.erase(askers.begin() + static_cast<std::ptrdiff_t>(index));
    listener->on_query_done();
  }

  void add_event_listener(agent::EventListener& listener) override {
    ++listeners;
    events_.add(listener);
  }
  void remove_event_listener(agent::EventListener& listener) override {
    --listeners;
    events_.remove(listener);
  }
  void add_log_listener(agent::rpc::LogListener& listener) override {
    ++listeners;
    for (const auto& line : old_lines) {
      listener.on_log_line(line);
    }
    logs_.add(listener);
  }
  void remove_log_listener(agent::rpc::LogListener& listener) override {
    --listeners;
    logs_.remove(listener);
  }

 private:
  static std::string describe(std::string_view name, swim::Bytes payload, const swim::QueryOptions& options) {
    std::string call = "query " + std::string(name) + " " + std::string(swim::as_text(payload));
    for (const auto& node : options.nodes) {
      call += " -" + node;
    }
    for (const auto& [tag, pattern] : options.tags) {
      call += " " + tag + "~" + pattern;
    }
    call += options.want_acks ? " with acks" : "";
    call += options.relay_factor > 0 ? " relay " + std::to_string(options.relay_factor) : "";
    return call + (options.timeout > swim::Duration::zero()
                       ? " timeout " + std::to_string(options.timeout.count())
                       : "");
  }

  static swim::Config config() {
    swim::Config out;
    out.name = "r1";
    out.advertise = {swim::IpAddress::v4(127, 77, 5, 1), 7946};
    out.tags = {{"role", "x"}};
    return out;
  }

  void run(const std::string& call, std::function<void(std::string)> done) {
    calls.push_back(call);
    answer([done = std::move(done), text = error] { done(text); });
  }

  void answer(std::function<void()> give) {
    if (answers_at_once) {
      give();
    } else {
      pending.push_back(std::move(give));
    }
  }

  swim::Node node_;
  agent::Listeners<agent::EventListener> events_;
  agent::Listeners<agent::rpc::LogListener> logs_;
};

/// A log nobody sees.
struct SilentLog {
  agent::Fd nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  agent::Terminal terminal{nowhere.number()};
  agent::Log log{terminal, agent::LogLevel::err};
};

}  // namespace hearsay::test
