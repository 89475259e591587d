#include "cli/console.h"

#include <cstdio>

namespace hearsay::cli {
namespace {

void write_line(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fputc('\n', file);
  std::fflush(file);
}

}  // namespace

void print(std::string_view text) {
  write_line(stdout, text);
}

void print_error(std::string_view text) {
  write_line(stderr, text);
}

}  // namespace hearsay::cli
