#include "swim/members/member.h"

#include <algorithm>

#include "swim/invariant.h"

namespace hearsay::swim {

namespace {

constexpr std::size_t header_size = 2 * sizeof(std::uint16_t);

std::uint16_t length_at(const std::byte* block, std::size_t offset) noexcept {
  std::uint16_t length = 0;
  std::memcpy(&length, block + offset, sizeof length);
  return length;
}

}  // namespace

std::string_view to_text(MemberStatus status) noexcept {
  switch (status) {
    case MemberStatus::none:
      return "none";
    case MemberStatus::alive:
      return "alive";
    case MemberStatus::leaving:
      return "leaving";
    case MemberStatus::left:
      return "left";
    case MemberStatus::failed:
      return "failed";
  }
  return "none";
}

NameAndMeta::NameAndMeta(std::string_view name, Bytes meta)
    : block_(new std::byte[header_size + name.size() + meta.size()]) {
  HEARSAY_INVARIANT(name.size() <= 0xffff && meta.size() <= 0xffff);
  const auto name_length = static_cast<std::uint16_t>(name.size());
  const auto meta_length = static_cast<std::uint16_t>(meta.size());
  std::memcpy(block_.get(), &name_length, sizeof name_length);
  std::memcpy(block_.get() + sizeof name_length, &meta_length, sizeof meta_length);
  std::ranges::copy(as_bytes(name), block_.get() + header_size);
  std::ranges::copy(meta, block_.get() + header_size + name.size());
}

std::string_view NameAndMeta::name() const noexcept {
  if (!block_) {
    return {};
  }
  return as_text(Bytes(block_.get() + header_size, length_at(block_.get(), 0)));
}

Bytes NameAndMeta::meta() const noexcept {
  if (!block_) {
    return {};
  }
  const std::size_t name_length = length_at(block_.get(), 0);
  return {block_.get() + header_size + name_length, length_at(block_.get(), sizeof(std::uint16_t))};
}

}  // namespace hearsay::swim
