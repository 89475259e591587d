#include "agent/hooks/process.h"

#include <sys/wait.h>

#include <csignal>
#include <optional>

#include "bench.h"

namespace hearsay::agent::hooks {
namespace {

using namespace std::chrono_literals;

/// Scripts of these tests run as long as they are let; only the limit under test is short.
constexpr Patience patient = {.slow = 1h, .timeout = 1h, .grace = 1h, .drain = 1h};

bool process_exists(const std::string& pid) {
  return ::kill(std::stoi(pid), 0) == 0;
}

bool is_line(const std::string& text) {
  return text.ends_with('\n');
}

/// A script that finds a directory for its files in $SCRATCH.
struct Run {
  ScratchDirectory scratch;
  loop::Loop loop;
  std::optional<Outcome> outcome;
  bool slow = false;
  std::unique_ptr<Process> process;

  explicit Run(std::string script, Patience patience = patient, std::string input = {}) {
    auto started = Process::start(
        loop,
        {.shell_command = std::move(script),
         .environment = {"PATH=/usr/bin:/bin", "GREETING=hello", "SCRATCH=" + scratch.path()},
         .input = std::move(input)},
        patience,
        {.on_slow = [this] { slow = true; }, .on_done = [this](Outcome done) { outcome = std::move(done); }});
    REQUIRE(started.has_value());
    process = std::move(*started);
  }

  /// Until the script has written a line to the file, and with it come as far as that.
  void until_line(const std::string& name) {
    turn_until_polled(loop, [&] { return is_line(scratch.read(name)); });
  }
  const Outcome& finished() {
    turn_until(loop, [this] { return outcome.has_value(); });
    return *outcome;
  }
};

}  // namespace

TEST_CASE("a script gets its input, environment and arguments, and its output is kept") {
  Run run("cat; echo \"$GREETING $0 $#\"; echo oops >&2", patient, "line 1\nline 2\n");
  const Outcome& outcome = run.finished();
  CHECK(outcome.succeeded());
  CHECK(outcome.output == "line 1\nline 2\nhello /bin/sh 0\noops\n");
  CHECK(outcome.output_bytes == outcome.output.size());
}

TEST_CASE("a script sees nothing of the agent's environment but what it is given") {
  ::setenv("HEARSAY_SECRET", "x", 1);
  CHECK(Run("echo \"[$HEARSAY_SECRET]\"").finished().output == "[]\n");
}

TEST_CASE("standard input can be opened by its name") {
  CHECK(Run("cat /dev/stdin", patient, "text\n").finished().output == "text\n");
}

TEST_CASE("an exit status and a signal are told apart") {
  const Outcome failed = Run("exit 3").finished();
  CHECK(failed.status == 3);
  CHECK(failed.signal == 0);
  CHECK_FALSE(failed.succeeded());
  const Outcome killed = Run("kill -9 $$").finished();
  CHECK(killed.signal == SIGKILL);
  CHECK_FALSE(killed.succeeded());
  CHECK_FALSE(killed.timed_out);
}

TEST_CASE("a script need not read its input, however long") {
  Run run("exit 0", patient, std::string(4U << 20U, 'x'));
  CHECK(run.finished().succeeded());
}

TEST_CASE("a megabyte of input arrives whole") {
  Run run("wc -c", patient, std::string(1U << 20U, 'x'));
  CHECK(run.finished().output == "1048576\n");
}

TEST_CASE("of much output the end is kept") {
  Run run("seq 1 100000");
  const Outcome& outcome = run.finished();
  CHECK(outcome.output.size() == OutputTail::capacity);
  CHECK(outcome.output.ends_with("\n99999\n100000\n"));
  CHECK(outcome.output_bytes == 588895);
}

TEST_CASE("a slow script is noted once and may go on") {
  Patience patience = patient;
  patience.slow = 10ms;
  Run run("while [ ! -e $SCRATCH/go ]; do sleep 0.01; done; echo done", patience);
  turn_until(run.loop, [&] { return run.slow; });
  CHECK_FALSE(run.outcome.has_value());
  std::fclose(std::fopen(run.scratch.file("go").c_str(), "we"));
  CHECK(run.finished().output == "done\n");
}

TEST_CASE("a script that takes too long is terminated, not before its time") {
  Patience patience = patient;
  patience.timeout = 100ms;
  Run run("exec sleep 1000", patience);
  const Outcome& outcome = run.finished();
  CHECK(outcome.timed_out);
  CHECK(outcome.signal == SIGTERM);
  CHECK(outcome.told_after >= 100ms);
  CHECK_FALSE(outcome.succeeded());
}

TEST_CASE("a script is terminated with everything it started") {
  Run run("sleep 1000 & echo $! > $SCRATCH/pid; wait");
  run.until_line("pid");
  run.process->hurry(0s, 1h);
  CHECK(run.finished().timed_out);
  CHECK_FALSE(process_exists(run.scratch.read("pid")));
}

TEST_CASE("a terminated script may clean up within its grace") {
  Run run("trap 'echo cleaned; exit 0' TERM; echo > $SCRATCH/ready; while :; do sleep 0.05; done");
  run.until_line("ready");
  run.process->hurry(0s, 1h);
  const Outcome& outcome = run.finished();
  CHECK(outcome.timed_out);
  CHECK_FALSE(outcome.succeeded());
  CHECK(outcome.output.ends_with("cleaned\n"));
}

TEST_CASE("a script that ignores SIGTERM is killed, not before its grace has passed") {
  Run run("trap '' TERM; echo > $SCRATCH/ready; while :; do sleep 0.05; done");
  run.until_line("ready");
  const auto before = loop::Loop::now();
  run.process->hurry(100ms, 200ms);
  const Outcome& outcome = run.finished();
  CHECK(outcome.timed_out);
  CHECK(outcome.signal == SIGKILL);
  CHECK(loop::Loop::now() - before >= 300ms);
}

TEST_CASE("a child that outlives its terminated shell and ignores SIGTERM is killed too") {
  Run run("(trap '' TERM; sh -c 'echo $PPID > $SCRATCH/pid'; while :; do sleep 0.02; done) & wait");
  run.until_line("pid");
  run.process->hurry(0s, 200ms);
  CHECK(run.finished().timed_out);
  turn_until_polled(run.loop, [&] {  // the kill was sent; the kernel carries it out when it gets to it
    return !process_exists(run.scratch.read("pid"));
  });
}

TEST_CASE("what a script leaves in the background holds it up no longer than the drain and is spared") {
  Patience patience = patient;
  patience.drain = 50ms;
  Run run("sleep 1000 & echo $! > $SCRATCH/pid; echo said", patience);
  const Outcome& outcome = run.finished();
  CHECK(outcome.succeeded());
  CHECK(outcome.output == "said\n");
  const std::string pid = run.scratch.read("pid");
  REQUIRE(is_line(pid));
  run.process.reset();
  CHECK(process_exists(pid));
  ::kill(std::stoi(pid), SIGKILL);
}

TEST_CASE("a script whose run is thrown away is killed") {
  Run run("echo $$ > $SCRATCH/pid; exec sleep 1000");
  run.until_line("pid");
  run.process.reset();
  turn_until_polled(run.loop,
                    [&] { return ::waitpid(std::stoi(run.scratch.read("pid")), nullptr, WNOHANG) != 0; });
  CHECK_FALSE(run.outcome.has_value());
}

}  // namespace hearsay::agent::hooks
