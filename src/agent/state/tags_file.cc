#include "agent/state/tags_file.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

namespace hearsay::agent::state {
namespace {

constexpr std::size_t file_bytes_max = 1U << 20U;
constexpr const char* wrong_shape = "it must hold a JSON object of strings";

}  // namespace

tl::expected<swim::Tags, std::string> read_tags(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) {
    return swim::Tags{};
  }
  const auto text = read_own_file(path, file_bytes_max);
  if (!text) {
    return tl::unexpected(text.error());
  }
  const auto object = nlohmann::json::parse(*text, nullptr, false);
  if (!object.is_object()) {
    return tl::unexpected(std::string(wrong_shape));
  }
  swim::Tags tags;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) {
      return tl::unexpected(std::string(wrong_shape));
    }
    tags.emplace(key, value.get<std::string>());
  }
  return tags;
}

FileResult write_tags(const std::string& path, const swim::Tags& tags) {
  // Tags may hold any bytes; what is not UTF-8 cannot be written as JSON and is replaced.
  const auto object = nlohmann::json(tags);
  return replace_file(path, object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace), 0600);
}

}  // namespace hearsay::agent::state
