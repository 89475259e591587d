// A real loop that is turned until something is so.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent/loop/loop.h"
#include "agent/loop/timer.h"

namespace hearsay::agent::hooks {

/// Generous: it is reached only by a test that fails.
inline constexpr swim::Duration test_limit = std::chrono::seconds(60);

template <class Condition>
void turn_until(loop::Loop& loop, Condition&& condition) {
  bool late = false;
  loop::Timer limit(loop, [&late] { late = true; });
  limit.arm_in(test_limit);
  while (!late && !condition()) {
    loop.run_once();
  }
  REQUIRE_FALSE(late);
}

/// For conditions that nothing on the loop announces: a file, another process.
template <class Condition>
void turn_until_polled(loop::Loop& loop, Condition&& condition) {
  turn_until(loop, [&] {
    loop::Timer poll(loop, [] {});
    poll.arm_in(std::chrono::milliseconds(5));
    loop.run_once();
    return condition();
  });
}

/// A directory for the files that scripts leave; gone with the object.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    char path[] = "/tmp/hearsay-hooks-XXXXXX";
    REQUIRE(mkdtemp(path) != nullptr);
    path_ = path;
  }
  ~ScratchDirectory() {
    const std::string command = "rm -rf " + path_;
    CHECK(std::system(command.c_str()) == 0);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + '/' + name; }

  /// Empty if there is no such file.
  [[nodiscard]] std::string read(const std::string& name) const {
    std::string text;
    if (std::FILE* stream = std::fopen(file(name).c_str(), "re")) {
      for (int c = std::fgetc(stream); c != EOF; c = std::fgetc(stream)) {
        text += static_cast<char>(c);
      }
      std::fclose(stream);
    }
    return text;
  }

 private:
  std::string path_;
};

}  // namespace hearsay::agent::hooks
