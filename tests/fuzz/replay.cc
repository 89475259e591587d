// Runs a target once for each line of its corpus file: hexadecimal, `#` starts a comment. For builds without
// libFuzzer.
#include <cstdio>
#include <fstream>
#include <string>

#include "fuzz/target.h"

namespace {

/// 16 for what is no digit.
unsigned digit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  return c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10 : 16;
}

bool from_hex(const std::string& line, hearsay::swim::Buffer& out) {
  out.clear();
  out.shrink_to_fit();  // so that a sanitizer sees a read past the end
  out.reserve(line.size() / 2);
  for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
    const unsigned high = digit(line[i]);
    const unsigned low = digit(line[i + 1]);
    if (high > 15 || low > 15) {
      return false;
    }
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return line.size() % 2 == 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc == 2 ? argv[1] : "");
  hearsay::swim::Buffer input;
  int inputs = 0;
  int line_number = 0;
  for (std::string line; std::getline(file, line);) {
    ++line_number;
    if (line.starts_with('#')) {
      continue;
    }
    if (!from_hex(line, input)) {
      std::fprintf(stderr, "%s:%d: not hexadecimal\n", argv[1], line_number);
      return 1;
    }
    // What is asserted ends the process: then this is the line that did it.
    std::printf("%s:%d\n", argv[1], line_number);
    std::fflush(stdout);
    hearsay::fuzz::run(input);
    ++inputs;
  }
  std::printf("%d inputs\n", inputs);
  return inputs > 0 ? 0 : 1;  // no file, or an empty one: nothing was shown
}
