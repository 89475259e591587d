#include "cli/console.h"

#include <cstdio>

namespace hearsay::cli {
namespace {

void write_line(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fputc('\n', file);
  std::fflush(file);
}

bool failures_as_serf = false;

}  // namespace

void print(std::string_view text) {
  write_line(stdout, text);
}

void print_error(std::string_view text) {
  write_line(stderr, text);
}

void print_failure(std::string_view text) {
  write_line(failures_as_serf ? stdout : stderr, text);
}

void print_failures_as_serf(bool as_serf) noexcept {
  failures_as_serf = as_serf;
}

bool prints_failures_as_serf() noexcept {
  return failures_as_serf;
}

}  // namespace hearsay::cli
