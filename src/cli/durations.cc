#include "cli/durations.h"

#include "agent/config/duration.h"
#include "agent/config/quote.h"

namespace hearsay::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view debounce_flag = "-debounce";

}  // namespace

tl::expected<milliseconds, std::string> parse_duration(std::string_view flag, std::string_view text) {
  const auto parsed = agent::parse_go_duration(text);
  if (!parsed || parsed->count() < 0) {
    return tl::unexpected(std::string(flag) + " is " + agent::quote(text) +
                          ": give a duration, as in 500ms, 60s or 2m");
  }
  return std::chrono::ceil<milliseconds>(*parsed);
}

tl::expected<Debounce, std::string> parse_debounce(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto quiet = parse_duration(debounce_flag, text.substr(0, colon));
  if (!quiet) {
    return tl::unexpected(quiet.error());
  }
  if (colon == std::string_view::npos) {
    return Debounce{*quiet, 10 * *quiet};
  }
  const auto at_most = parse_duration(debounce_flag, text.substr(colon + 1));
  if (!at_most) {
    return tl::unexpected(at_most.error());
  }
  if (*at_most < *quiet) {
    return tl::unexpected("-debounce is " + agent::quote(text) +
                          ": give QUIET:MOST with MOST no less than QUIET, as in 200ms:2s");
  }
  return Debounce{*quiet, *at_most};
}

}  // namespace hearsay::cli
