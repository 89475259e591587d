#include "agent/net/udp_batch.h"

#include <algorithm>

namespace hearsay::agent::net {

int ReceiveBatch::receive(int fd) noexcept {
  for (std::size_t i = 0; i < udp_batch; ++i) {
    pieces_[i] = {{{.iov_base = places_[i].data(), .iov_len = place_bytes},
                   {.iov_base = overflow_.data() + place_bytes, .iov_len = datagram_max - place_bytes}}};
    headers_[i] = {};
    headers_[i].msg_hdr.msg_name = &from_[i];
    headers_[i].msg_hdr.msg_namelen = sizeof(from_[i]);
    headers_[i].msg_hdr.msg_iov = pieces_[i].data();
    headers_[i].msg_hdr.msg_iovlen = pieces_[i].size();
  }
  return ::recvmmsg(fd, headers_.data(), udp_batch, MSG_DONTWAIT, nullptr);
}

ReceiveBatch::Received ReceiveBatch::at(std::size_t i, std::size_t count) noexcept {
  const std::size_t size = headers_[i].msg_len;
  const sockaddr* from = &from_[i].any;
  if (size <= place_bytes) {
    return {.from = from, .bytes = swim::Bytes(places_[i]).first(size), .lost = false};
  }
  if (!is_last_oversized(i, count)) {
    return {.from = from, .bytes = {}, .lost = true};
  }
  std::ranges::copy(places_[i], overflow_.begin());
  return {.from = from, .bytes = swim::Bytes(overflow_).first(size), .lost = false};
}

bool ReceiveBatch::is_last_oversized(std::size_t i, std::size_t count) const noexcept {
  return std::none_of(headers_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                      headers_.begin() + static_cast<std::ptrdiff_t>(count),
                      [](const mmsghdr& later) { return later.msg_len > place_bytes; });
}

std::size_t SendBatch::fill(const swim::Output& out, std::span<const swim::Datagram> datagrams, bool mapped,
                            unsigned link) noexcept {
  const std::size_t count = std::min(datagrams.size(), udp_batch);
  for (std::size_t i = 0; i < count; ++i) {
    const swim::Bytes bytes = out.bytes(datagrams[i]);
    to_[i] = mapped ? loop::to_mapped_socket_address(datagrams[i].to, link)
                    : loop::to_socket_address(datagrams[i].to, link);
    pieces_[i] = {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
    headers_[i] = {};
    headers_[i].msg_hdr.msg_name = &to_[i];
    headers_[i].msg_hdr.msg_namelen = to_[i].size();
    headers_[i].msg_hdr.msg_iov = &pieces_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
  return count;
}

int SendBatch::send(int fd, std::size_t first, std::size_t count) noexcept {
  return ::sendmmsg(fd, headers_.data() + first, static_cast<unsigned>(count), MSG_DONTWAIT);
}

}  // namespace hearsay::agent::net
