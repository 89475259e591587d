// Everybody this node has heard of: memberlist's node list and Serf's member list in one table.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "swim/members/member.h"

namespace hearsay::swim {

/// Rows stand in chunks, so a row never moves while its member is in the table, and growth never
/// copies. Found by name through an open-addressed index. Iteration is in row order, which depends
/// only on the history of the table.
class MemberTable {
 public:
  /// `seed` keys the name index, so that names cannot be chosen to collide.
  explicit MemberTable(std::uint64_t seed = 0);
  ~MemberTable();
  MemberTable(MemberTable&&) noexcept;
  MemberTable& operator=(MemberTable&&) noexcept;

  /// no_member if there is none.
  [[nodiscard]] MemberId find(std::string_view name) const noexcept;
  [[nodiscard]] const Member& operator[](MemberId id) const noexcept;
  [[nodiscard]] Member& operator[](MemberId id) noexcept;

  /// A new row with Liveness::unknown and MemberStatus::none. The name must not be in the table.
  MemberId add(std::string_view name, Bytes meta);
  void erase(MemberId id);
  void set_meta(MemberId id, Bytes meta);
  /// The only ways to change these two: they keep the counts.
  void set_liveness(MemberId id, Liveness liveness, Instant now) noexcept;
  void set_status(MemberId id, MemberStatus status, Instant now) noexcept;

  [[nodiscard]] std::size_t count(Liveness liveness) const noexcept;
  [[nodiscard]] std::size_t count(MemberStatus status) const noexcept;
  /// When a row last became dead or left; long before anything else if none ever did.
  [[nodiscard]] Instant last_loss() const noexcept;
  /// Rows in the detector's list: alive, suspect, dead and left.
  [[nodiscard]] std::size_t node_count() const noexcept;
  /// Rows that Serf lists: any status but none.
  [[nodiscard]] std::size_t member_count() const noexcept;
  [[nodiscard]] std::size_t row_count() const noexcept;

  /// Calls visit(MemberId, const Member&) for every row. The table must not change meanwhile.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (MemberId id = 0; id < rows_end(); ++id) {
      if (occupied(id)) {
        visit(id, (*this)[id]);
      }
    }
  }
  /// One past the highest row number ever used, and whether a row holds a member: for sampling.
  [[nodiscard]] MemberId rows_end() const noexcept;
  [[nodiscard]] bool occupied(MemberId id) const noexcept;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace hearsay::swim
