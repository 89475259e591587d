// One row of the member table.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "swim/config.h"
#include "swim/endpoint.h"
#include "swim/time.h"

namespace hearsay::swim {

/// A row's number. Rows are reused after a member is erased; a MemberId is good only as long as
/// its member is in the table.
using MemberId = std::uint32_t;
inline constexpr MemberId no_member = 0xffffffff;

/// What memberlist's failure detector holds of a name.
enum class Liveness : std::uint8_t {
  alive = 0,
  suspect = 1,
  dead = 2,
  left = 3,
  unknown = 4,  // forgotten by the detector (or never seen): any incarnation is news
};

/// What Serf's users see. The numbers travel in conflict responses.
enum class MemberStatus : std::uint8_t { none = 0, alive = 1, leaving = 2, left = 3, failed = 4 };

/// "alive", "leaving", "left", "failed", "none".
[[nodiscard]] std::string_view to_text(MemberStatus status) noexcept;

/// Name and Meta in one block of exactly their size, because there are many members and both
/// change rarely. The block never changes and copies share it, so an event about a member costs no
/// memory of its own. Copies of one text belong to one thread: they are counted without locks.
class NameAndMeta {
 public:
  NameAndMeta() = default;
  NameAndMeta(std::string_view name, Bytes meta);
  NameAndMeta(const NameAndMeta& other) noexcept;
  NameAndMeta(NameAndMeta&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  NameAndMeta& operator=(NameAndMeta other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~NameAndMeta();

  /// The views live as long as any copy. Empty for a default-constructed one.
  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] Bytes meta() const noexcept;
  /// False for a default-constructed one: the row is free.
  [[nodiscard]] bool occupied() const noexcept { return block_ != nullptr; }

 private:
  struct Head {
    std::uint32_t copies;
    std::uint16_t name_size;
    std::uint16_t meta_size;
  };
  [[nodiscard]] Head& head() const noexcept { return *static_cast<Head*>(static_cast<void*>(block_)); }

  std::byte* block_ = nullptr;  // a Head, the name, the meta
};

struct Member {
  NameAndMeta text;
  Instant liveness_since{};
  Instant status_since{};          // when it failed or left, for the reaper
  std::uint64_t status_ltime = 0;  // Lamport time of the newest intent
  std::uint32_t incarnation = 0;   // of a name that the detector has forgotten: the last one
  Endpoint at;
  Versions versions;
  Liveness liveness = Liveness::unknown;
  MemberStatus status = MemberStatus::none;
  bool refuted = false;  // alive, and refuted a suspicion when it began to be; of a suspect: that was lately

  /// In the failure detector's list of nodes.
  [[nodiscard]] bool detected() const noexcept { return liveness != Liveness::unknown; }
  [[nodiscard]] std::string_view name() const noexcept { return text.name(); }
  /// Tags in their encoded form: for_each_tag() and find_tag() read them.
  [[nodiscard]] Bytes meta() const noexcept { return text.meta(); }
};
static_assert(sizeof(Member) == 64);

}  // namespace hearsay::swim
