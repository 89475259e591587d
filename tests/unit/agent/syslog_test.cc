// The form of a line is what a real serf wrote to a socket at /dev/log:
//   <133>Nov 22 17:52:07 serf[7945]: agent: Serf agent starting\n
// (LOCAL0 is 16, INFO goes as notice: 16 * 8 + 5).
#include "agent/syslog.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "agent/log.h"
#include "temp_dir.h"

using hearsay::agent::Fd;
using hearsay::agent::Log;
using hearsay::agent::LogLevel;
using hearsay::agent::parse_syslog_facility;
using hearsay::agent::Syslog;
using hearsay::agent::Terminal;
using hearsay::test::TempDir;

namespace {

constexpr std::uint8_t local0 = 16;

/// A syslog daemon that reads when asked.
class Daemon {
 public:
  Daemon(const std::string& path, int type) : type_(type), fd_(::socket(AF_UNIX, type | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(fd_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    if (type_ == SOCK_STREAM) {
      REQUIRE(::listen(fd_.number(), 1) == 0);
    }
  }

  /// A datagram, or what a stream holds; empty if there is nothing.
  std::string read() {
    if (type_ == SOCK_STREAM && !peer_.is_open()) {
      peer_ = Fd(::accept4(fd_.number(), nullptr, nullptr, SOCK_NONBLOCK));
    }
    std::array<char, 8192> text{};
    const int from = type_ == SOCK_STREAM ? peer_.number() : fd_.number();
    const ssize_t size = ::recv(from, text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

 private:
  int type_;
  Fd fd_;
  Fd peer_;
};

/// A line without what changes from run to run: `<133>TIME serf[PID]: text`.
std::string plain(const std::string& line) {
  const std::size_t pri_end = line.find('>') + 1;
  constexpr std::size_t stamp_size = 15;
  REQUIRE(line.size() > pri_end + stamp_size);
  const std::string stamp = line.substr(pri_end, stamp_size);
  CHECK(stamp[3] == ' ');
  CHECK(stamp[6] == ' ');
  CHECK(stamp[9] == ':');
  CHECK(stamp[12] == ':');
  const std::string pid = "[" + std::to_string(::getpid()) + "]";
  std::string rest = line.substr(pri_end + stamp_size);
  REQUIRE(rest.find(pid) != std::string::npos);
  rest.replace(rest.find(pid), pid.size(), "[PID]");
  return line.substr(0, pri_end) + "TIME" + rest;
}

struct Fixture {
  TempDir directory;
  std::string first = directory.path("log");
  std::string second = directory.path("other");
  std::array<const char*, 2> paths{first.c_str(), second.c_str()};

  /// Has it happen with a daemon at the first place, of either kind of socket.
  template <class Happen>
  void with_either_daemon(Happen&& happen) {
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
      CAPTURE(type);
      ::unlink(first.c_str());
      Daemon daemon(first, type);
      auto syslog = Syslog::open(local0, paths);
      REQUIRE(syslog);
      happen(daemon, *syslog);
    }
  }
};

}  // namespace

TEST_CASE("a facility has its number in any case, and what is none has none") {
  CHECK(parse_syslog_facility("kern") == 0);
  CHECK(parse_syslog_facility("DAEMON") == 3);
  CHECK(parse_syslog_facility("Ftp") == 11);
  CHECK(parse_syslog_facility("local0") == 16);
  CHECK(parse_syslog_facility("LOCAL7") == 23);
  CHECK_FALSE(parse_syslog_facility("LOCAL8"));
  CHECK_FALSE(parse_syslog_facility("LOCAL"));
  CHECK_FALSE(parse_syslog_facility(""));
}

TEST_CASE_FIXTURE(Fixture, "a line goes to syslog in Serf's form, with its severity") {
  with_either_daemon([](Daemon& daemon, Syslog& syslog) {
    const std::array<std::pair<LogLevel, std::string>, 5> priorities = {{{LogLevel::trace, "<135>"},
                                                                         {LogLevel::debug, "<134>"},
                                                                         {LogLevel::info, "<133>"},
                                                                         {LogLevel::warn, "<132>"},
                                                                         {LogLevel::err, "<131>"}}};
    for (const auto& [level, priority] : priorities) {
      syslog.write(level, "agent: said");
      CHECK(plain(daemon.read()) == priority + "TIME serf[PID]: agent: said\n");
    }
    CHECK(syslog.lines_dropped() == 0);
  });
}

TEST_CASE_FIXTURE(Fixture, "the first place where a daemon answers is taken") {
  Daemon daemon(second, SOCK_DGRAM);
  auto syslog = Syslog::open(local0, paths);
  REQUIRE(syslog);
  syslog->write(LogLevel::info, "agent: here");
  CHECK(daemon.read().ends_with("agent: here\n"));
}

TEST_CASE_FIXTURE(Fixture, "where no daemon answers the reason of the first place is told") {
  const auto syslog = Syslog::open(local0, paths);
  REQUIRE_FALSE(syslog);
  CHECK(syslog.error() == ENOENT);
}

TEST_CASE_FIXTURE(Fixture, "a daemon that does not read holds nothing up: lines are dropped and counted") {
  with_either_daemon([](Daemon&, Syslog& syslog) {
    const std::string text(Log::text_bytes_max, 'x');
    for (int i = 0; i < 10'000 && syslog.lines_dropped() == 0; ++i) {
      syslog.write(LogLevel::info, text);
    }
    CHECK(syslog.lines_dropped() > 0);
  });
}

TEST_CASE_FIXTURE(Fixture, "a daemon that was started again gets the next line") {
  auto daemon = std::make_unique<Daemon>(first, SOCK_DGRAM);
  auto syslog = Syslog::open(local0, paths);
  REQUIRE(syslog);
  daemon.reset();
  ::unlink(first.c_str());
  syslog->write(LogLevel::info, "agent: lost");
  CHECK(syslog->lines_dropped() == 1);
  daemon = std::make_unique<Daemon>(first, SOCK_DGRAM);
  syslog->write(LogLevel::info, "agent: found");
  CHECK(daemon->read().ends_with("agent: found\n"));
  CHECK(syslog->lines_dropped() == 1);
}

TEST_CASE_FIXTURE(Fixture, "syslog gets what the level lets through, at once, and no line that was forged") {
  Daemon daemon(first, SOCK_DGRAM);
  auto syslog = Syslog::open(local0, paths);
  REQUIRE(syslog);
  Terminal nowhere(-1);
  Log log(nowhere, LogLevel::warn);
  log.set_syslog(std::move(*syslog));
  log.info("agent: hidden");
  CHECK(daemon.read().empty());
  log.warn("serf: a\n<0>b");
  CHECK(plain(daemon.read()) == "<132>TIME serf[PID]: serf: a?<0>b\n");
  log.set_level(LogLevel::info);
  log.info("agent: shown");
  CHECK(plain(daemon.read()) == "<133>TIME serf[PID]: agent: shown\n");
}
