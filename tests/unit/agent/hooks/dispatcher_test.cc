#include "agent/hooks/dispatcher.h"

#include <algorithm>

#include "bench.h"

namespace hearsay::agent::hooks {
namespace {

using namespace std::chrono_literals;
using Level = swim::Notice::Level;

AgentEvent user(std::string name, std::string_view payload = "") {
  const swim::Bytes bytes = swim::as_bytes(payload);
  return swim::UserEventReceived{1, std::move(name), {bytes.begin(), bytes.end()}, false};
}

AgentEvent query(std::string name, std::string_view payload = "") {
  const swim::Bytes bytes = swim::as_bytes(payload);
  swim::QueryReceived out{};
  out.ltime = 4;
  out.name = std::move(name);
  out.payload = {bytes.begin(), bytes.end()};
  return out;
}

Spec spec(std::string_view text) {
  auto parsed = parse_spec(text);
  REQUIRE(parsed.has_value());
  return std::move(*parsed);
}

struct Bench {
  ScratchDirectory scratch;
  loop::Loop loop;
  std::vector<std::string> log;
  Self self{"web-1", {{"role", "web"}}};
  std::vector<std::string> answers;  // to queries
  std::string refusal;               // of every answer
  Dispatcher dispatcher;

  explicit Bench(Patience patience = {.slow = 1h, .timeout = 1h})
      : dispatcher(loop,
                   {.self = [this] { return self; },
                    .log =
                        [this](Level level, std::string_view text) {
                          log.push_back(std::to_string(static_cast<int>(level)) + ' ' + std::string(text));
                        },
                    .respond =
                        [this](const swim::QueryReceived& query, swim::Bytes answer) {
                          answers.push_back(query.name + '=' + std::string(swim::as_text(answer)));
                          return refusal;
                        }},
                   patience) {}

  void handlers(std::initializer_list<std::string> texts) {
    std::vector<Spec> specs;
    for (const std::string& text : texts) {
      specs.push_back(spec(text));
    }
    dispatcher.set_handlers(std::move(specs));
  }

  /// Turns the loop until a script has made the file so.
  void until_file(const std::string& name, std::string_view text) {
    turn_until_polled(loop, [&] { return scratch.read(name) == text; });
  }
  void until_logged(std::string_view part) {
    turn_until(loop, [&] { return logged(part) > 0; });
  }
  [[nodiscard]] std::ptrdiff_t logged(std::string_view part) const {
    return std::ranges::count_if(log, [&](const std::string& line) { return line.find(part) != line.npos; });
  }
  void stop() {
    bool stopped = false;
    dispatcher.stop([&stopped] { stopped = true; });
    turn_until(loop, [&] { return stopped; });
  }
  /// A script line that waits until the file is there.
  [[nodiscard]] std::string wait_for(const std::string& name) const {
    return "while [ ! -e " + scratch.file(name) + " ]; do sleep 0.01; done; ";
  }
  void touch(const std::string& name) const { std::fclose(std::fopen(scratch.file(name).c_str(), "we")); }
};

}  // namespace

TEST_CASE("an event runs the handlers that want it, with its environment and input") {
  Bench bench;
  bench.handlers({"user:deploy=(echo $SERF_EVENT $SERF_USER_EVENT $SERF_SELF_NAME $SERF_TAG_ROLE; cat) > " +
                      bench.scratch.file("out"),
                  "member-join=touch " + bench.scratch.file("wrong")});
  bench.dispatcher.on_event(user("deploy", "v1"));
  bench.dispatcher.on_event(user("other", "v2"));
  bench.until_logged("script output");
  CHECK(bench.scratch.read("out") == "user deploy web-1 web\nv1\n");
  CHECK(bench.dispatcher.counters().runs == 1);
  CHECK(bench.dispatcher.counters().failed == 0);
}

TEST_CASE("an event that two filters of a handler match runs it once") {
  Bench bench;
  bench.handlers({"user,user:deploy,*=echo run >> " + bench.scratch.file("out")});
  bench.dispatcher.on_event(user("deploy"));
  bench.stop();
  CHECK(bench.scratch.read("out") == "run\n");
}

TEST_CASE("a handler's events run one at a time and in order") {
  Bench bench;
  bench.handlers({"user=echo start $SERF_USER_EVENT >> " + bench.scratch.file("out") +
                  "; sleep 0.02; echo end >> " + bench.scratch.file("out")});
  for (const char* name : {"a", "b", "c"}) {
    bench.dispatcher.on_event(user(name));
  }
  bench.until_file("out", "start a\nend\nstart b\nend\nstart c\nend\n");
}

TEST_CASE("a handler that hangs does not hold up another") {
  Bench bench;
  bench.handlers(
      {"user=" + bench.wait_for("never"), "user=echo $SERF_USER_EVENT >> " + bench.scratch.file("out")});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("b"));
  bench.until_file("out", "a\nb\n");
  CHECK(bench.dispatcher.counters().runs == 3);
}

TEST_CASE("a full queue drops its oldest event, counts it and says so once") {
  Bench bench;
  bench.handlers({"user=" + bench.wait_for("go") + "echo $SERF_USER_EVENT >> " + bench.scratch.file("out")});
  std::string expected;
  constexpr int dropped = 3;
  for (int i = 0; i <= static_cast<int>(Handler::queue_max) + dropped; ++i) {
    bench.dispatcher.on_event(user(std::to_string(i)));
    if (i == 0 || i > dropped) {  // the first one runs at once
      expected += std::to_string(i) + '\n';
    }
  }
  CHECK(bench.dispatcher.counters().dropped == dropped);
  CHECK(bench.logged("is behind by 64 events, dropping the oldest") == 1);
  bench.touch("go");
  bench.until_file("out", expected);
}

TEST_CASE("a script that fails is logged with its status, and the next event runs") {
  Bench bench;
  bench.handlers({"user=echo said $SERF_USER_EVENT; exit 3"});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("b"));
  bench.until_logged("script output: said b");
  CHECK(bench.logged("Error invoking script 'echo said $SERF_USER_EVENT; exit 3': exit status 3") == 2);
  CHECK(bench.logged("agent: Event 'user' script output: said a\\n") == 1);
  CHECK(bench.dispatcher.counters().failed == 2);
}

TEST_CASE("a script that times out is logged, counted and followed by the next event") {
  Bench bench({.slow = 50ms, .timeout = 200ms, .grace = 1h});
  bench.handlers({"user=" + bench.wait_for("never")});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("b"));
  turn_until(bench.loop, [&] { return bench.dispatcher.counters().timed_out == 2; });
  CHECK(bench.logged("terminated after") == 2);
  CHECK(bench.logged("slow, execution exceeding 0.05s") == 2);
}

TEST_CASE("too much output is cut to its end and said to be") {
  Bench bench;
  bench.handlers({"user=seq 1 100000"});
  bench.dispatcher.on_event(user("a"));
  bench.until_logged("script output");
  CHECK(bench.logged("Script 'seq 1 100000' generated 588895 bytes of output, truncated to 8192") == 1);
}

TEST_CASE("a reload keeps a handler that stays, with its queue") {
  Bench bench;
  const std::string keeps =
      "user=" + bench.wait_for("go") + "echo $SERF_USER_EVENT >> " + bench.scratch.file("out");
  bench.handlers({keeps});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("b"));
  bench.handlers({"member-join=true", keeps});
  bench.touch("go");
  bench.until_file("out", "a\nb\n");
}

TEST_CASE("a handler that a reload removes finishes its script and runs no more") {
  Bench bench;
  bench.handlers(
      {"user=" + bench.wait_for("go") + "echo old $SERF_USER_EVENT >> " + bench.scratch.file("out")});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("waits"));
  bench.handlers({"user=echo new $SERF_USER_EVENT >> " + bench.scratch.file("new")});
  bench.dispatcher.on_event(user("b"));
  bench.until_file("new", "new b\n");
  bench.touch("go");
  bench.until_file("out", "old a\n");
  bench.stop();
  CHECK(bench.scratch.read("out") == "old a\n");
  CHECK(bench.dispatcher.counters().dropped == 1);
}

TEST_CASE("tags are those at the time the script starts") {
  Bench bench;
  bench.handlers({"user=" + bench.wait_for("go") + "echo $SERF_TAG_ROLE >> " + bench.scratch.file("out")});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("b"));
  bench.self.tags["role"] = "db";
  bench.touch("go");
  bench.until_file("out", "web\ndb\n");
}

TEST_CASE("stopping lets a script that runs finish and starts none that waits") {
  Bench bench;
  bench.handlers({"user=sleep 0.1; echo $SERF_USER_EVENT >> " + bench.scratch.file("out")});
  bench.dispatcher.on_event(user("a"));
  bench.dispatcher.on_event(user("b"));
  bench.stop();
  CHECK(bench.scratch.read("out") == "a\n");
  CHECK(bench.dispatcher.counters().dropped == 1);
  bench.dispatcher.on_event(user("late"));
  CHECK(bench.dispatcher.counters().runs == 1);
}

TEST_CASE("stopping ends a script that would run on, and says so") {
  Bench bench;
  bench.handlers(
      {"user=trap '' TERM; echo > " + bench.scratch.file("ready") + "; " + bench.wait_for("never")});
  bench.dispatcher.on_event(user("a"));
  bench.until_file("ready", "\n");
  const auto before = loop::Loop::now();
  bench.stop();
  CHECK(loop::Loop::now() - before >= Dispatcher::stop_timeout + Dispatcher::stop_grace);
  CHECK(bench.dispatcher.counters().timed_out == 1);
}

TEST_CASE("stopping with nothing running ends at once") {
  Bench bench;
  bench.handlers({"user=true"});
  bool stopped = false;
  bench.dispatcher.stop([&stopped] { stopped = true; });
  CHECK(stopped);
}

TEST_CASE("what a script prints to a query is the answer, as it is") {
  Bench bench;
  bench.handlers(
      {"query:load=read -r asked; echo \"$SERF_QUERY_NAME@$SERF_QUERY_LTIME: $asked\"; echo also >&2"});
  bench.dispatcher.on_event(query("load", "cpu"));
  turn_until(bench.loop, [&] { return !bench.answers.empty(); });
  CHECK(bench.answers == std::vector<std::string>{"load=load@4: cpu\nalso\n"});
}

TEST_CASE("a script that fails or prints nothing gives no answer, and nor does what it prints to an event") {
  Bench bench;
  bench.handlers({"query:failing=echo no; exit 1", "query:silent=:", "user=echo hello"});
  bench.dispatcher.on_event(query("failing"));
  bench.dispatcher.on_event(query("silent"));
  bench.dispatcher.on_event(user("event"));
  bench.stop();
  CHECK(bench.answers.empty());
  CHECK(bench.dispatcher.counters().runs == 3);
  CHECK(bench.dispatcher.counters().answers_refused == 0);
}

TEST_CASE("an answer that is refused is logged with the reason and counted") {
  Bench bench;
  bench.refusal = "response exceeds limit of 1024 bytes";
  bench.handlers({"query=echo large"});
  bench.dispatcher.on_event(query("load"));
  bench.until_logged("agent: Failed to respond to query 'query: load': response exceeds limit of 1024 bytes");
  CHECK(bench.dispatcher.counters().answers_refused == 1);
}

TEST_CASE("every handler of a query offers its answer, and the first to end is the first to offer") {
  Bench bench;
  bench.handlers({"query=" + bench.wait_for("go") + "echo second", "query=echo first"});
  bench.dispatcher.on_event(query("load"));
  turn_until(bench.loop, [&] { return bench.answers.size() == 1; });
  bench.touch("go");
  turn_until(bench.loop, [&] { return bench.answers.size() == 2; });
  CHECK(bench.answers == std::vector<std::string>{"load=first\n", "load=second\n"});
}

}  // namespace hearsay::agent::hooks
