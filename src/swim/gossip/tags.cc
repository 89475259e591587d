#include "swim/gossip/tags.h"

#include "swim/wire/dialect_reader.h"
#include "swim/wire/dialect_writer.h"

namespace hearsay::swim {
namespace {

constexpr std::byte tags_magic{0xff};
constexpr std::string_view role = "role";
constexpr std::uint8_t protocol_with_tags = 3;

bool is_role_only(Bytes meta) noexcept {
  return meta.empty() || meta[0] != tags_magic;
}

/// Passes over `count` pairs to see that they are whole.
bool pairs_are_whole(wire::dialect::Reader in, std::uint32_t count) noexcept {
  std::string_view text;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!in.key(text) || !in.text(text)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void encode_tags(const Tags& tags, std::uint8_t protocol, Buffer& out) {
  if (protocol < protocol_with_tags) {
    if (const auto found = tags.find(role); found != tags.end()) {
      append(out, as_bytes(found->second));
    }
    return;
  }
  out.push_back(tags_magic);
  wire::dialect::Writer writer(out);
  writer.map(tags.size());
  for (const auto& [key, value] : tags) {
    writer.text(key);
    writer.text(value);
  }
}

Tags decode_tags(Bytes meta) {
  Tags tags;
  for_each_tag(meta, [&tags](std::string_view key, std::string_view value) {
    tags.insert_or_assign(std::string(key), std::string(value));
  });
  return tags;
}

std::optional<std::string_view> find_tag(Bytes meta, std::string_view key) {
  if (is_role_only(meta)) {
    return key == role ? std::optional(as_text(meta)) : std::nullopt;
  }
  wire::dialect::Reader in(meta.subspan(1));
  std::uint32_t left = 0;
  std::string_view name;
  std::string_view value;
  std::optional<std::string_view> found;
  if (!in.map(left)) {
    return std::nullopt;
  }
  for (; left > 0; --left) {
    if (!in.key(name) || !in.text(value)) {
      return std::nullopt;  // what stood before the break does not count either
    }
    if (name == key) {
      found = value;  // of keys that come twice the last one counts
    }
  }
  return found;
}

TagCursor::TagCursor(Bytes meta) noexcept : rest_(meta) {
  if (is_role_only(meta)) {
    role_only_ = true;
    left_ = 1;
    return;
  }
  // The map is looked at as a whole first: a broken one must not yield the tags before the break.
  wire::dialect::Reader in(meta.subspan(1));
  broken_ = !in.map(left_) || !pairs_are_whole(in, left_);
  left_ = broken_ ? 0 : left_;
  rest_ = in.rest();
}

bool TagCursor::next(std::string_view& key, std::string_view& value) noexcept {
  if (left_ == 0) {
    return false;
  }
  --left_;
  if (role_only_) {
    key = role;
    value = as_text(rest_);
    return true;
  }
  wire::dialect::Reader in(rest_);
  in.key(key);
  in.text(value);
  rest_ = in.rest();
  return true;
}

}  // namespace hearsay::swim
