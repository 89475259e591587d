#include "agent/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

using hearsay::agent::Log;
using hearsay::agent::LogLevel;
using hearsay::agent::parse_log_level;
using hearsay::agent::Terminal;
using hearsay::agent::rpc::LogListener;

namespace {

/// A pipe whose reader looks only when asked.
struct Screen {
  std::array<int, 2> ends{};
  Screen() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0); }
  ~Screen() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  std::string read() const {
    std::string text(1U << 20U, '\0');
    const ssize_t size = ::read(ends[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
};

struct Fixture {
  Screen screen;
  Terminal terminal{screen.ends[1]};
  Log log{terminal, LogLevel::info};
};

struct Lines final : LogListener {
  std::vector<std::string> seen;
  Log* log = nullptr;
  bool leave = false;
  bool talk = false;
  void on_log_line(std::string_view line) override {
    seen.emplace_back(line.substr(20));  // after the time
    if (leave) {
      log->remove_listener(*this);
    }
    if (talk) {
      log->warn("agent: from a listener");
    }
  }
};

}  // namespace

TEST_CASE("a line is a time, a level in brackets and the text") {
  Fixture f;
  f.log.start_streaming();
  f.log.info("serf: EventMemberJoin: a 127.0.0.1");
  const std::string line = f.screen.read();
  std::string shape = line.substr(0, 24);
  for (char& c : shape) {
    c = c >= '0' && c <= '9' ? '0' : c;
  }
  CHECK(shape == "    0000/00/00 00:00:00 ");
  CHECK(line.substr(24) == "[INFO] serf: EventMemberJoin: a 127.0.0.1\n");
}

TEST_CASE("nothing is shown before streaming starts, then all that passes the filter, in order") {
  Fixture f;
  f.log.debug("agent: hidden");
  f.log.info("agent: one");
  f.log.err("agent: two");
  CHECK(f.screen.read().empty());
  f.log.start_streaming();
  const std::string text = f.screen.read();
  CHECK(text.find("hidden") == std::string::npos);
  CHECK(text.find("[INFO] agent: one\n") < text.find("[ERR] agent: two\n"));
  CHECK(text.ends_with("two\n"));
}

TEST_CASE("the level can change while lines stream") {
  Fixture f;
  f.log.start_streaming();
  f.log.set_level(LogLevel::err);
  f.log.warn("agent: hidden");
  CHECK(f.screen.read().empty());
  f.log.set_level(LogLevel::trace);
  f.log.trace("agent: shown");
  CHECK(f.screen.read().ends_with("[TRACE] agent: shown\n"));
}

TEST_CASE("a new listener first gets the last 512 lines of every level, oldest first") {
  Fixture f;
  for (int i = 0; i < 600; ++i) {
    f.log.debug(std::to_string(i));
  }
  Lines lines;
  f.log.add_listener(lines);
  REQUIRE(lines.seen.size() == Log::lines_kept);
  CHECK(lines.seen.front() == "[DEBUG] 88");
  CHECK(lines.seen.back() == "[DEBUG] 599");
  f.log.info("next");
  CHECK(lines.seen.back() == "[INFO] next");
  f.log.remove_listener(lines);
  f.log.info("unheard");
  CHECK(lines.seen.back() == "[INFO] next");
}

TEST_CASE("a listener may remove itself, and may log without hearing itself") {
  Fixture f;
  Lines leaver;
  Lines talker;
  Lines other;
  leaver.log = &f.log;
  talker.log = &f.log;
  f.log.add_listener(leaver);
  f.log.add_listener(talker);
  f.log.add_listener(other);
  leaver.leave = true;
  talker.talk = true;
  f.log.info("a");
  f.log.info("b");
  CHECK(leaver.seen == std::vector<std::string>{"[INFO] a"});
  CHECK(other.seen == std::vector<std::string>{"[INFO] a", "[INFO] b"});
  CHECK(talker.seen == other.seen);
}

TEST_CASE("control characters in a text cannot make a second line") {
  Fixture f;
  f.log.start_streaming();
  f.log.info("serf: a\n\x1b[2J\x7f b");
  CHECK(f.screen.read().ends_with("[INFO] serf: a??[2J? b\n"));
}

TEST_CASE("a long text is cut at a character and counted, in what is shown and in what is kept") {
  Fixture f;
  f.log.start_streaming();
  f.log.info(std::string(Log::text_bytes_max, 'x'));
  CHECK(f.screen.read().ends_with("[INFO] " + std::string(Log::text_bytes_max, 'x') + "\n"));
  CHECK(f.log.lines_cut() == 0);
  f.log.info(std::string(Log::text_bytes_max - 1, 'x') + "\u00e4" + std::string(1U << 20U, 'y'));
  const std::string cut = "[INFO] " + std::string(Log::text_bytes_max - 1, 'x') + "...";
  CHECK(f.screen.read().ends_with(cut + "\n"));
  CHECK(f.log.lines_cut() == 1);
  Lines lines;
  f.log.add_listener(lines);
  CHECK(lines.seen.back() == cut);
}

TEST_CASE("when nobody reads, lines are dropped and counted, and writing never blocks") {
  Fixture f;
  f.log.start_streaming();
  const std::string text(1000, 'x');
  for (int i = 0; i < 1000; ++i) {
    f.log.info(text);
  }
  CHECK(f.terminal.lines_dropped() > 0);
  CHECK(f.terminal.lines_dropped() < 1000);
}

TEST_CASE("level names are read in any case and nothing else passes") {
  CHECK(parse_log_level("TRACE") == LogLevel::trace);
  CHECK(parse_log_level("debug") == LogLevel::debug);
  CHECK(parse_log_level("Info") == LogLevel::info);
  CHECK(parse_log_level("wArN") == LogLevel::warn);
  CHECK(parse_log_level("ERR") == LogLevel::err);
  for (const auto* bad : {"", "ERROR", "INF", "INFO "}) {
    CHECK_FALSE(parse_log_level(bad).has_value());
  }
}
