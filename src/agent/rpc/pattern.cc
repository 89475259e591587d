#include "agent/rpc/pattern.h"

#include <re2/re2.h>

namespace hearsay::agent::rpc {
namespace {

re2::RE2::Options options(int memory) {
  re2::RE2::Options out;
  out.set_log_errors(false);
  out.set_max_mem(memory);
  return out;
}

}  // namespace

Pattern::Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

tl::expected<Pattern, std::string> Pattern::compile(std::string_view expression, int memory) {
  Pattern out;
  if (expression.find_first_of("\\.+*?()|[]{}^$") == std::string_view::npos) {
    out.literal_ = expression;
    return out;
  }
  out.expression_ = std::make_unique<re2::RE2>("^" + std::string(expression) + "$", options(memory));
  if (!out.expression_->ok()) {
    return tl::unexpected(out.expression_->error());
  }
  return out;
}

bool Pattern::rules_out(std::string_view whole) const {
  return expression_ == nullptr && whole.find(literal_) == std::string_view::npos;
}

bool Pattern::matches(std::string_view text) const {
  if (expression_ == nullptr) {
    return text == literal_;
  }
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

}  // namespace hearsay::agent::rpc
