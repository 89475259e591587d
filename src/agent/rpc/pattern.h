// A regular expression from a client.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace re2 {
class RE2;
}

namespace hearsay::agent::rpc {

/// `^expression$` as Serf builds it, without a group: `a|b` matches what begins with a or ends
/// with b. Go's syntax is RE2's. An expression without metacharacters is compared as text, which
/// is what most are, and costs no compilation.
class Pattern {
 public:
  static constexpr int memory_max = 1 << 20;

  /// Fails on what is no expression, or one too large to run in so many bytes.
  static tl::expected<Pattern, std::string> compile(std::string_view expression, int memory = memory_max);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  [[nodiscard]] bool matches(std::string_view text) const;
  /// Whether it is plain that no part of `whole` matches: so one need not be looked for.
  [[nodiscard]] bool rules_out(std::string_view whole) const;

 private:
  Pattern();

  std::string literal_;
  std::unique_ptr<re2::RE2> expression_;  // null: literal_ is compared
};

}  // namespace hearsay::agent::rpc
