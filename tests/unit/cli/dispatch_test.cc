#include "cli/dispatch.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "agent/fd.h"

using namespace hearsay::cli;
using hearsay::agent::Fd;

namespace {

/// What is written to a standard stream while this lives.
class Capture {
 public:
  explicit Capture(std::FILE* stream)
      : stream_(stream), kept_(::dup(::fileno(stream))), file_(::memfd_create("capture", MFD_CLOEXEC)) {
    std::fflush(stream_);
    REQUIRE(::dup2(file_.number(), ::fileno(stream_)) >= 0);
  }
  ~Capture() {
    std::fflush(stream_);
    ::dup2(kept_.number(), ::fileno(stream_));
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  [[nodiscard]] std::string text() const {
    std::string out(1U << 16U, '\0');
    const ssize_t size = ::pread(file_.number(), out.data(), out.size(), 0);
    out.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return out;
  }

 private:
  std::FILE* stream_;
  Fd kept_;
  Fd file_;
};

struct Result {
  int status;
  std::string out;
  std::string err;
};

Result run(const std::vector<std::string_view>& args, bool is_serf = true) {
  const Capture out(stdout);
  const Capture err(stderr);
  const int status = dispatch(Program{is_serf}, args);
  return {status, out.text(), err.text()};
}

const std::string serf_version = "0.8.2-dev\nAgent Protocol: 5 (Understands back to: 2)\n";

bool is_list(const std::string& text) {
  return text.starts_with(
      "Usage: serf [--version] [--help] <command> [<args>]\n\nAvailable commands are:\n    agent ");
}

bool is_help_of_members(const std::string& text) {
  return text.starts_with("Usage: serf members [options]\n");
}

}  // namespace

TEST_CASE("without a command there is the list, on standard error") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{
           {}, {"-x"}, {"-version"}, {""}, {"--", "members"}, {"--", "-h"}, {"-v-"}}) {
    const Result result = run(args);
    CHECK(result.status == 127);
    CHECK(result.out.empty());
    CHECK(is_list(result.err));
  }
}

TEST_CASE("a command that there is not gets the list, help wanted or not") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{{"bogus"},
                                                                     {"bogus", "-h"},
                                                                     {"-h", "bogus"},
                                                                     {"-x", "bogus"},
                                                                     {"mem"},
                                                                     {"members "},
                                                                     {"help", "members"}}) {
    const Result result = run(args);
    CHECK(result.status == 127);
    CHECK(is_list(result.err));
  }
}

TEST_CASE("help without a command is the list, and no failure") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{
           {"-h"}, {"-help"}, {"--help"}, {"-x", "-h"}, {"-h", "--", "members"}}) {
    const Result result = run(args);
    CHECK(result.status == 0);
    CHECK(result.out.empty());
    CHECK(is_list(result.err));
  }
}

TEST_CASE("the list has every command once, aligned") {
  const std::string list = run({"-h"}, false).err;
  for (const Command& command : commands()) {
    std::string start = "\n    " + std::string(command.name);
    start.resize(21, ' ');
    CHECK_MESSAGE(list.find(start + std::string(command.synopsis) + "\n") != std::string::npos, start);
  }
  CHECK(std::count(list.begin(), list.end(), '\n') == static_cast<std::ptrdiff_t>(commands().size()) + 4);
}

TEST_CASE("help anywhere before two dashes is the command's, on standard error") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{{"members", "-h"},
                                                                     {"-h", "members"},
                                                                     {"-h", "-x", "members"},
                                                                     {"members", "-foo", "-help"},
                                                                     {"members", "x", "--help"},
                                                                     {"members", "-format", "-h"}}) {
    const Result result = run(args);
    CHECK(result.status == 0);
    CHECK(result.out.empty());
    CHECK(is_help_of_members(result.err));
  }
}

TEST_CASE("what is ours alone is unknown under the name serf") {
  const std::string list = run({"-h"}).err;
  for (const Command& command : commands()) {
    const bool is_listed = list.find("\n    " + std::string(command.name) + " ") != std::string::npos;
    CHECK(is_listed == command.is_serfs);
    CHECK((run({command.name, "-h"}).status == no_such_command) != command.is_serfs);
  }
}

TEST_CASE("every command has help that begins with how it is called") {
  for (const Command& command : commands()) {
    const Result result = run({command.name, "-h"}, false);
    CHECK(result.status == 0);
    const std::string start = "Usage: hearsay " + std::string(command.name);
    CHECK_MESSAGE(result.err.starts_with(start), command.name);
  }
}

TEST_CASE("a flag before the command is an error that says where it belongs") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{{"-x", "members"}, {"-", "members"}}) {
    const Result result = run(args);
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK(result.err.starts_with("Invalid flags before the subcommand."));
  }
}

TEST_CASE("the version is asked for anywhere, and under either name") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{{"-v"},
                                                                     {"--version"},
                                                                     {"members", "-v"},
                                                                     {"members", "--", "--version"},
                                                                     {"version", "x"},
                                                                     {"-v", "-h"}}) {
    const Result result = run(args);
    CHECK(result.status == 0);
    CHECK(result.out == serf_version);
    CHECK(result.err.empty());
  }
  CHECK(run({"-v"}, false).out.starts_with("hearsay "));
}

TEST_CASE("a wrong flag is named on standard error, with the help on standard output") {
  const Result unknown = run({"members", "-foo"});
  CHECK(unknown.status == 1);
  CHECK(unknown.err == "flag provided but not defined: -foo\n");
  CHECK(is_help_of_members(unknown.out));
  const Result bare = run({"members", "-format"});
  CHECK(bare.err == "flag needs an argument: -format\n");
  const Result help = run({"members", "--h"});
  CHECK(help.status == 1);
  CHECK(help.err.empty());
  CHECK(is_help_of_members(help.out));
}

TEST_CASE("missing and surplus arguments are refused before anybody is asked") {
  const auto first_line = [](const Result& result) {
    CHECK(result.status == 1);
    CHECK(result.err.empty());
    return result.out.substr(0, result.out.find('\n'));
  };
  CHECK(first_line(run({"event"})) == "An event name must be specified.");
  CHECK(first_line(run({"event", "a", "b", "c"})) ==
        "Too many command line arguments. Only a name and payload must be specified.");
  CHECK(first_line(run({"force-leave"})) == "A node name must be specified to force leave.");
  CHECK(first_line(run({"force-leave", "a", "b"})) == "A node name must be specified to force leave.");
  CHECK(first_line(run({"join"})) == "At least one address to join must be specified.");
  CHECK(first_line(run({"tags"})) == "Usage: serf tags [options]");
  CHECK(first_line(run({"members", "-tag", "x"})) == "Error: Invalid tag: 'x'");
}

TEST_CASE("a role is a tag of that name, with a word about it") {
  const Result result = run({"members", "-role=x", "-tag", "bad"});
  CHECK(result.out ==
        "Deprecation warning: 'Role' has been replaced with 'Tags'\nError: Invalid tag: 'bad'\n");
}

TEST_CASE("an agent that is not there is an error of one line, on standard error but not as serf") {
  for (const std::string_view command : {"members", "info", "leave", "monitor"}) {
    const Result result = run({command, "-rpc-addr=127.0.0.1:1"});
    CHECK(result.status == 1);
    CHECK(result.out ==
          "Error connecting to Serf agent: dial tcp 127.0.0.1:1: connect: connection refused\n");
    CHECK(result.err.empty());
    const Result ours = run({command, "-rpc-addr=127.0.0.1:1"}, false);
    CHECK(ours.status == 2);
    CHECK(ours.out.empty());
    CHECK(ours.err ==
          "Error connecting to the agent: dial tcp 127.0.0.1:1: connect: connection refused. Start one with "
          "`hearsay agent`, or say where it is with -rpc-addr\n");
  }
}

TEST_CASE("a mistake in the arguments is one line that says what to do, but not as serf") {
  const auto told = [](const std::vector<std::string_view>& args, int status = 1) {
    const Result ours = run(args, false);
    CHECK(ours.status == status);
    CHECK(ours.out.empty());
    CHECK(std::ranges::count(ours.err, '\n') == 1);
    const Result serfs = run(args);
    CHECK(std::ranges::count(serfs.out + serfs.err, '\n') > 1);
    return ours.err;
  };
  CHECK(told({"members", "-foo"}) ==
        "Error: flag provided but not defined: -foo. Usage: hearsay members [options]; -h tells more\n");
  CHECK(told({"join"}) ==
        "Error: At least one address to join must be specified. Usage: hearsay join [options] ADDRESS...; -h "
        "tells more\n");
  CHECK(told({"member"}, no_such_command) ==
        "Error: there is no command \"member\". Did you mean members? hearsay -h lists those there are\n");
  CHECK(told({"bogus"}, no_such_command) ==
        "Error: there is no command \"bogus\". hearsay -h lists those there are\n");
}

TEST_CASE("a local socket that is written without its scheme is told how it is written") {
  const Result result = run({"members", "-rpc-addr=/no/such.sock"}, false);
  CHECK(result.status == 2);
  CHECK(result.err.ends_with(". A local socket is written unix:///no/such.sock\n"));
}

TEST_CASE("an argument where none is taken would hide the flags behind it, and is refused, but not as serf") {
  for (const std::string_view command :
       {"members", "info", "leave", "monitor", "reachability", "tags", "keys"}) {
    const Result ours = run({command, "web-1", "-rpc-addr=127.0.0.1:1"}, false);
    CHECK(ours.status == 1);
    CHECK(ours.err.starts_with("Error: unexpected argument \"web-1\". Usage: hearsay "));
  }
  CHECK(run({"keygen", "x"}, false).status == 1);
  CHECK(run({"keygen", "x"}).status == 0);
  CHECK(run({"members", "web-1", "-bogus"}).out.find("Error connecting") != std::string::npos);
}

TEST_CASE("mistakes are told on standard error, but not as serf") {
  for (const auto& args : std::vector<std::vector<std::string_view>>{
           {"members", "-tag", "x"}, {"event"}, {"tags"}, {"members", "-foo"}}) {
    const Result ours = run(args, false);
    CHECK(ours.status == 1);
    CHECK(ours.out.empty());
    CHECK_FALSE(ours.err.empty());
    CHECK_FALSE(run(args).out.empty());
  }
}

TEST_CASE("a key is 32 bytes in base64, new each time") {
  const Result a = run({"keygen", "-foo", "bar"});
  const Result b = run({"keygen"});
  CHECK(a.status == 0);
  CHECK(a.out.size() == 45);
  CHECK(a.out.ends_with("=\n"));
  CHECK(a.out != b.out);
}
