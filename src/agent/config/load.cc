#include "agent/config/load.h"

#include "agent/config/json_file.h"
#include "agent/config/options.h"
#include "agent/config/quote.h"

namespace hearsay::agent {
namespace {

tl::unexpected<FlagError> mistake(std::string text) {
  return tl::unexpected(FlagError{.kind = FlagError::Kind::mistake, .text = std::move(text)});
}

/// Notes where each flag's value came from.
void note_flags(const FlagSet& flags, Config& config) {
  for (const Option& option : options()) {
    if (!option.flag.empty() && flags.given(option.flag)) {
      config.origins[std::string(option.name())] = "-" + std::string(option.flag);
    }
  }
}

tl::expected<Config, FlagError> read_flags(std::span<const std::string_view> args, Extra extra) {
  Config config;
  FlagSet flags = agent_flags(config);
  const auto rest = flags.parse(args);
  if (!rest) {
    return tl::unexpected(rest.error());
  }
  if (!rest->empty() && extra == Extra::refused) {
    return mistake("Unexpected argument " + quote(rest->front()) + ": the agent takes only flags");
  }
  note_flags(flags, config);
  auto tags = parse_tags(config.tag_flags);
  if (!tags) {
    return mistake("Error: " + tags.error());
  }
  config.tags = std::move(*tags);
  return config;
}

}  // namespace

tl::expected<swim::Tags, std::string> parse_tags(std::span<const std::string> pairs) {
  swim::Tags tags;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return tl::unexpected("Invalid tag: '" + pair + "'");
    }
    tags.insert_or_assign(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return tags;
}

tl::expected<Config, FlagError> load_config(std::span<const std::string_view> args, Extra extra) {
  const auto from_flags = read_flags(args, extra);
  if (!from_flags) {
    return tl::unexpected(from_flags.error());
  }
  const auto from_files = read_config_paths(from_flags->config_paths);
  if (!from_files) {
    return mistake(from_files.error());
  }
  Config config = default_config();
  merge(config, *from_files);
  merge(config, *from_flags);
  return config;
}

}  // namespace hearsay::agent
