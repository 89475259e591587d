#include "agent/config/json_file.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/config/duration.h"
#include "agent/config/options.h"
#include "agent/config/quote.h"
#include "agent/state/file.h"

namespace hearsay::agent {
namespace {

using Json = nlohmann::json;
/// Nothing, or what a value should have been: "a string".
using Wanted = std::optional<std::string>;

constexpr std::size_t file_bytes_max = 1U << 20U;

bool all_strings(const Json& value) {
  return std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
}

/// Puts a JSON value into the field of a row.
struct AssignJson {
  Config& config;
  const Json& value;

  Wanted operator()(bool Config::*field) const {
    return boolean([&](bool on) { config.*field = on; });
  }
  Wanted operator()(Ignored) const {
    return boolean([](bool) {});
  }
  Wanted operator()(std::string Config::*field) const {
    if (!value.is_string()) {
      return "a string";
    }
    config.*field = value.get<std::string>();
    return std::nullopt;
  }
  Wanted operator()(std::vector<std::string> Config::*field) const {
    if (!value.is_array() || !all_strings(value)) {
      return "a list of strings";
    }
    config.*field = value.get<std::vector<std::string>>();
    return std::nullopt;
  }
  Wanted operator()(swim::Tags Config::*field) const {
    if (!value.is_object() || !all_strings(value)) {
      return "an object of strings";
    }
    for (const auto& [key, text] : value.items()) {
      (config.*field)[key] = text.get<std::string>();
    }
    return std::nullopt;
  }
  Wanted operator()(std::int64_t Config::*field) const {
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() && value.get<std::uint64_t>() > int64_max)) {
      return "a whole number";
    }
    config.*field = value.get<std::int64_t>();
    return std::nullopt;
  }
  Wanted operator()(std::chrono::nanoseconds Config::*field) const {
    const auto duration = value.is_string() ? parse_go_duration(value.get_ref<const std::string&>())
                                            : tl::unexpected(std::string());
    if (!duration) {
      return "a duration such as \"30s\"";
    }
    config.*field = *duration;
    return std::nullopt;
  }
  Wanted operator()(Section) const { return "an object"; }

 private:
  static constexpr std::uint64_t int64_max = std::numeric_limits<std::int64_t>::max();

  template <class Set>
  Wanted boolean(Set&& set) const {
    if (!value.is_boolean()) {
      return "true or false";
    }
    set(value.get<bool>());
    return std::nullopt;
  }
};

std::string error_in(const std::string& path, const std::string& what) {
  return "Error decoding '" + path + "': " + what;
}

std::string type_of(const Json& value) {
  if (value.is_null()) {
    return "null";
  }
  return value.is_array()            ? "a list"
         : value.is_object()         ? "an object"
         : value.is_string()         ? "a string"
         : value.is_boolean()        ? "a boolean"
         : value.is_number_integer() ? "a whole number"
                                     : "a number";
}

/// Says what a value is, not what it holds: that may be a secret, or long. Only a duration is shown,
/// whose type alone would not tell what is wrong.
std::string describe(const Option& option, const Json& value) {
  constexpr std::size_t bytes_shown = 40;
  if (value.is_string() && std::holds_alternative<std::chrono::nanoseconds Config::*>(option.field)) {
    return quote(abbreviate(value.get_ref<const std::string&>(), bytes_shown));
  }
  if (value.is_structured()) {
    const auto wrong = std::ranges::find_if_not(value, &Json::is_string);
    return type_of(value) + (wrong != value.end() ? " with " + type_of(*wrong) + " in it" : "");
  }
  return type_of(value);
}

/// Assigns one entry; the error is without the path.
std::optional<std::string> take_entry(Config& config, const Option& option, const Json& value) {
  if (const Wanted wanted = std::visit(AssignJson{config, value}, option.field)) {
    return std::string(option.key) + " must be " + *wanted + ", not " + describe(option, value);
  }
  return std::nullopt;
}

/// The entries of an object; `inside` is "mdns." for those of an inner one. The error is without the path.
std::optional<std::string> take_entries(Config& config, const Json& object, const std::string& inside,
                                        const std::string& path, std::string& unknown) {
  for (const auto& [key, value] : object.items()) {
    const Option* option = key.find('.') == std::string::npos ? find_option(inside + key) : nullptr;
    std::optional<std::string> error;
    if (option == nullptr) {
      unknown += (unknown.empty() ? "" : ", ") + quote(inside + key);
    } else if (std::holds_alternative<Section>(option->field) && value.is_object()) {
      error = take_entries(config, value, std::string(option->key) + ".", path, unknown);
    } else {
      error = take_entry(config, *option, value);
      config.origins[std::string(option->name())] = std::string(option->key) + " in " + path;
    }
    if (error) {
      return error;
    }
  }
  return std::nullopt;
}

tl::expected<Config, std::string> take_object(const Json& object, const std::string& path) {
  Config config;
  std::string unknown;
  if (const auto error = take_entries(config, object, "", path, unknown)) {
    return tl::unexpected(error_in(path, *error));
  }
  if (!unknown.empty()) {
    return tl::unexpected(error_in(path, "unknown keys: " + unknown));
  }
  return config;
}

/// "line 3, column 7" of a byte of the text.
std::string place_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

tl::expected<std::vector<std::string>, std::string> json_files_of(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), &::closedir);
  if (!open) {
    return tl::unexpected("Error reading '" + directory + "': " + state::last_error());
  }
  std::vector<std::string> out;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string path = directory + "/" + entry->d_name;
    struct stat status {};
    if (path.ends_with(".json") && ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) {
      out.push_back(path);
    }
  }
  std::ranges::sort(out);
  return out;
}

tl::expected<void, std::string> merge_file(Config& config, const std::string& path) {
  const auto text = state::read_file(path, file_bytes_max);
  if (!text) {
    return tl::unexpected("Error reading '" + path + "': " + text.error());
  }
  return parse_json_config(*text, path).map([&](const Config& file) { merge(config, file); });
}

/// A directory's files, or the path itself.
tl::expected<std::vector<std::string>, std::string> expand(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return tl::unexpected("Error reading '" + path + "': " + state::last_error());
  }
  return S_ISDIR(status.st_mode) ? json_files_of(path) : std::vector{path};
}

}  // namespace

tl::expected<Config, std::string> parse_json_config(std::string_view text, const std::string& path) {
  try {
    constexpr bool throws = true;
    constexpr bool skips_comments = true;
    const Json object = Json::parse(text, nullptr, throws, skips_comments);
    if (!object.is_object()) {
      return tl::unexpected(error_in(path, "the file must hold one JSON object"));
    }
    return take_object(object, path);
  } catch (const Json::parse_error& error) {
    return tl::unexpected(error_in(path, "not valid JSON at " + place_of(text, error.byte)));
  } catch (const Json::out_of_range&) {
    return tl::unexpected(error_in(path, "a number is too large for any use"));
  }
}

tl::expected<Config, std::string> read_config_paths(const std::vector<std::string>& paths) {
  Config config;
  for (const std::string& path : paths) {
    const auto files = expand(path);
    if (!files) {
      return tl::unexpected(files.error());
    }
    for (const std::string& file : *files) {
      if (const auto merged = merge_file(config, file); !merged) {
        return tl::unexpected(merged.error());
      }
    }
  }
  return config;
}

}  // namespace hearsay::agent
