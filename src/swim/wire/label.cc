#include "swim/wire/label.h"

#include "swim/invariant.h"
#include "swim/wire/messages.h"

namespace hearsay::swim::wire {

tl::expected<Labelled, LabelError> read_label(Bytes bytes) noexcept {
  constexpr std::size_t head = 2;
  if (bytes.empty() || bytes[0] != static_cast<std::byte>(MessageType::has_label)) {
    return Labelled{};
  }
  if (bytes.size() < head) {
    return tl::unexpected(LabelError::incomplete);
  }
  const auto size = std::to_integer<std::size_t>(bytes[1]);
  if (size == 0) {
    return tl::unexpected(LabelError::empty);
  }
  if (bytes.size() < head + size) {
    return tl::unexpected(LabelError::incomplete);
  }
  return Labelled{bytes.subspan(head, size), head + size};
}

void write_label(Bytes label, Buffer& out) {
  if (label.empty()) {
    return;
  }
  HEARSAY_INVARIANT(label.size() <= label_max);
  out.push_back(static_cast<std::byte>(MessageType::has_label));
  out.push_back(static_cast<std::byte>(label.size()));
  append(out, label);
}

}  // namespace hearsay::swim::wire
