// What changed between one list of members and the next.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/listed_member.h"
#include "cli/member_view.h"

namespace hearsay::cli {

/// Names, sorted.
struct ListChange {
  std::vector<std::string> added;
  std::vector<std::string> removed;
  std::vector<std::string> changed;

  [[nodiscard]] bool is_nothing() const noexcept {
    return added.empty() && removed.empty() && changed.empty();
  }
};

/// Shows lists, each against the one before. What is not shown is no change, nor is a round trip time,
/// which is another each time it is asked for.
class WatchReport {
 public:
  explicit WatchReport(MemberView view) : view_(std::move(view)) {}

  /// What is to be printed, which ends with a newline: a line of JSON with what changed, or the list in
  /// any other format. Nothing if the list is as it was; the first always is something.
  [[nodiscard]] std::optional<std::string> add(std::vector<ListedMember> members, Colour colour);

 private:
  using Seen = std::map<std::string, std::string>;  // by name, what is shown of it

  [[nodiscard]] Seen seen_of(const std::vector<ListedMember>& members) const;

  MemberView view_;
  std::optional<Seen> seen_;
};

}  // namespace hearsay::cli
