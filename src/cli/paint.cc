#include "cli/paint.h"

#include <unistd.h>

#include <cstdlib>

namespace hearsay::cli {
namespace {

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::faint:
      return "2";
    case Paint::bold:
      return "1";
    case Paint::red:
      return "31";
    case Paint::green:
      return "32";
    case Paint::yellow:
      return "33";
    case Paint::plain:
      break;
  }
  return "0";
}

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::string painted(std::string_view text, Paint paint) {
  if (paint == Paint::plain) {
    return std::string(text);
  }
  std::string out = "\x1b[";
  out.append(code_of(paint)).append("m").append(text).append("\x1b[0m");
  return out;
}

bool takes_colour(int descriptor) {
  return ::isatty(descriptor) == 1 && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

}  // namespace hearsay::cli
