// A member's tags and the Meta bytes they travel as (proto/serf.md, "Tags").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::swim {

/// Sorted, so that equal tags encode to equal bytes.
using Tags = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t tags_encoded_max = 512;

/// ff and a msgpack map; protocol 2 knows only the bytes of the tag `role`.
void encode_tags(const Tags& tags, std::uint8_t protocol, Buffer& out);

/// Walks the tags in Meta one at a time, in the order they stand in. A map that is not whole has none.
class TagCursor {
 public:
  explicit TagCursor(Bytes meta) noexcept;
  /// How many next() has yet to give.
  [[nodiscard]] std::uint32_t left() const noexcept { return left_; }
  /// False at the end. The views look into `meta`.
  bool next(std::string_view& key, std::string_view& value) noexcept;
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  Bytes rest_;
  std::uint32_t left_ = 0;
  bool role_only_ = false;
  bool broken_ = false;
};

/// Calls `visit(key, value)` for each tag in Meta. Meta that does not start with ff (empty too) is
/// the whole of tag `role`. A broken map yields no tags and returns false.
template <class Visit>
bool for_each_tag(Bytes meta, Visit&& visit);

[[nodiscard]] Tags decode_tags(Bytes meta);

/// The value of one tag without building the rest. The view looks into `meta`.
[[nodiscard]] std::optional<std::string_view> find_tag(Bytes meta, std::string_view key);

template <class Visit>
bool for_each_tag(Bytes meta, Visit&& visit) {
  TagCursor cursor(meta);
  std::string_view key;
  std::string_view value;
  while (cursor.next(key, value)) {
    visit(key, value);
  }
  return !cursor.broken();
}

}  // namespace hearsay::swim
