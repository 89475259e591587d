#include "swim/members/member.h"

#include <algorithm>
#include <new>

#include "swim/invariant.h"

namespace hearsay::swim {

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

NameAndMeta::NameAndMeta(std::string_view name, Bytes meta) {
  HEARSAY_INVARIANT(name.size() <= 0xffff && meta.size() <= 0xffff);
  block_ = static_cast<std::byte*>(::operator new(sizeof(Head) + name.size() + meta.size()));
  new (block_) Head{.copies = 1,
                    .name_size = static_cast<std::uint16_t>(name.size()),
                    .meta_size = static_cast<std::uint16_t>(meta.size())};
  std::ranges::copy(as_bytes(name), block_ + sizeof(Head));
  std::ranges::copy(meta, block_ + sizeof(Head) + name.size());
}

NameAndMeta::NameAndMeta(const NameAndMeta& other) noexcept : block_(other.block_) {
  if (block_ != nullptr) {
    ++head().copies;
  }
}

NameAndMeta::~NameAndMeta() {
  if (block_ != nullptr && --head().copies == 0) {
    ::operator delete(block_);
  }
}

std::string_view NameAndMeta::name() const noexcept {
  if (block_ == nullptr) {
    return {};
  }
  return as_text(Bytes(block_ + sizeof(Head), head().name_size));
}

Bytes NameAndMeta::meta() const noexcept {
  if (block_ == nullptr) {
    return {};
  }
  return {block_ + sizeof(Head) + head().name_size, head().meta_size};
}

}  // namespace hearsay::swim
