#include "agent/hooks/spec.h"

namespace hearsay::agent::hooks {

tl::expected<Spec, std::string> parse_spec(std::string_view text) {
  const std::size_t equals = end_of_filters(text);
  const bool has_filter = equals != std::string_view::npos;
  const std::string_view filter = has_filter ? text.substr(0, equals) : std::string_view();
  std::string script(has_filter ? text.substr(equals + 1) : text);
  auto filters = parse_event_filters(filter);
  if (!filters) {
    const FilterMistake& mistake = filters.error();
    const std::string reason = mistake.reason.empty() ? "" : ": " + mistake.reason;
    return tl::unexpected("Invalid event script: Event '" + mistake.word + "' invoking '" + script + "'" +
                          reason);
  }
  return Spec{std::move(*filters), std::move(script)};
}

}  // namespace hearsay::agent::hooks
