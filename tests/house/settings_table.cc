// Prints the agent's settings as the table that docs/configuration.md shows: tools/docs puts it there, and a
// test compares the two.
#include <cstdio>
#include <string>

#include "agent/config/options.h"

namespace hearsay::agent {
namespace {

struct KindOf {
  std::string_view operator()(bool Config::* /*field*/) const { return "switch"; }
  std::string_view operator()(std::string Config::* /*field*/) const { return "text"; }
  std::string_view operator()(std::vector<std::string> Config::* /*field*/) const { return "list"; }
  std::string_view operator()(std::int64_t Config::* /*field*/) const { return "number"; }
  std::string_view operator()(std::chrono::nanoseconds Config::* /*field*/) const { return "duration"; }
  std::string_view operator()(swim::Tags Config::* /*field*/) const { return "object"; }
  std::string_view operator()(Ignored /*field*/) const { return "switch"; }
  std::string_view operator()(Section /*field*/) const { return "object"; }
};

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

/// Help is broken into lines for terminals.
std::string cell(std::string_view help) {
  std::string out;
  for (const char c : help) {
    out += c == '\n' ? std::string(" ") : c == '|' ? std::string("\\|") : std::string(1, c);
  }
  return out;
}

/// One line of Markdown: key, flag, kind, default, what it is.
std::string row_of(const Option& option) {
  const std::string_view kind = std::visit(KindOf(), option.field);
  const std::string flag = option.flag.empty() ? "" : "-" + std::string(option.flag);
  const std::string_view fallback =
      option.fallback.empty() && kind == "switch" ? std::string_view("false") : option.fallback;
  std::string out = "|";
  for (const std::string& text :
       {code(option.key), code(flag), std::string(kind), code(fallback), cell(option.help)}) {
    out += text.empty() ? " |" : " " + text + " |";
  }
  return out;
}

}  // namespace
}  // namespace hearsay::agent

int main() {
  std::puts("| key | flag | kind | default | |\n|---|---|---|---|---|");
  for (const auto& option : hearsay::agent::options()) {
    std::puts(hearsay::agent::row_of(option).c_str());
  }
  return 0;
}
