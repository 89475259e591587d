#include "agent/rpc/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "agent/rpc/dial.h"
#include "agent/rpc/errors.h"

namespace hearsay::agent::rpc {
namespace {

constexpr std::chrono::seconds timeout{10};
constexpr std::size_t read_size_min = 64U << 10U;

tl::unexpected<std::string> closed() {
  return tl::unexpected(std::string(error::closed));
}

void limit_receiving(int socket, std::chrono::milliseconds patience) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience);
  const timeval limit{seconds.count(), std::chrono::microseconds(patience - seconds).count()};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

}  // namespace

tl::expected<Client, std::string> Client::connect(std::string_view address, std::string_view auth_key,
                                                  AddressRules rules,
                                                  std::optional<std::chrono::milliseconds> patience) {
  auto socket = dial(address, rules, timeout);
  if (!socket) {
    return tl::unexpected(std::move(socket).error());
  }
  if (patience) {
    limit_receiving(socket->number(), *patience);
  }
  Client client(*std::move(socket));
  if (auto greeted = client.greet(auth_key); !greeted) {
    return tl::unexpected(std::move(greeted).error());
  }
  return client;
}

/// Both requests leave in one segment.
tl::expected<void, std::string> Client::greet(std::string_view auth_key) {
  const std::uint64_t handshake = send("handshake", HandshakeRequest{1});
  const std::uint64_t auth = auth_key.empty() ? 0 : send("auth", AuthRequest{auth_key});
  auto answer = await(handshake, false);
  if (answer && auth != 0) {
    answer = await(auth, false);
  }
  return answer.map([](swim::Bytes) {});
}

std::uint64_t Client::send(std::string_view command) {
  encode(Writer(output_), command, ++seq_);
  return seq_;
}

tl::expected<Client::Answer, std::string> Client::answer_to(std::uint64_t seq, bool has_body) {
  const auto header = next_header();
  if (!header) {
    return tl::unexpected(header.error());
  }
  if (header->seq != seq) {
    return closed();
  }
  // The body overwrites nothing, but may move the buffer that the text lies in.
  Answer answer{std::string(header->error), {}};
  if (has_body && answer.error != error::auth_required) {
    const auto object = next_object();
    if (!object && answer.error.empty()) {
      return tl::unexpected(object.error());
    }
    answer.body = object.value_or(swim::Bytes{});
  }
  return answer;
}

tl::expected<swim::Bytes, std::string> Client::await(std::uint64_t seq, bool has_body) {
  auto answer = answer_to(seq, has_body);
  if (!answer) {
    return tl::unexpected(std::move(answer).error());
  }
  if (!answer->error.empty()) {
    return tl::unexpected(std::move(answer->error));
  }
  return answer->body;
}

tl::expected<ResponseHeader, std::string> Client::next_header() {
  const auto object = next_object();
  if (!object) {
    return tl::unexpected(object.error());
  }
  Reader in(*object);
  ResponseHeader header;
  decode(in, header);
  if (in.failed()) {
    return closed();
  }
  return header;
}

tl::expected<swim::Bytes, std::string> Client::next_object() {
  if (!flush()) {
    return closed();
  }
  ObjectScanner scanner(std::numeric_limits<std::size_t>::max());
  auto found = scanner.scan(swim::Bytes(input_).first(filled_).subspan(used_));
  while (found == ObjectScanner::Found::more && receive()) {
    found = scanner.scan(swim::Bytes(input_).first(filled_).subspan(used_));
  }
  if (found != ObjectScanner::Found::whole) {
    return closed();
  }
  const swim::Bytes object = swim::Bytes(input_).subspan(used_, scanner.size());
  used_ += scanner.size();
  return object;
}

swim::Buffer Client::release_answer() {
  const swim::Bytes unread = swim::Bytes(input_).first(filled_).subspan(used_);
  swim::Buffer rest(unread.begin(), unread.end());
  used_ = 0;
  filled_ = rest.size();
  return std::exchange(input_, std::move(rest));
}

bool Client::await_input(std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + limit;
  bool open = flush();
  while (open) {
    ObjectScanner scanner(std::numeric_limits<std::size_t>::max());
    if (scanner.scan(swim::Bytes(input_).first(filled_).subspan(used_)) != ObjectScanner::Found::more) {
      return true;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    pollfd waiting{socket_.number(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready == 0) {
      return false;
    }
    open = ready > 0 ? receive() : errno == EINTR;
  }
  return true;
}

bool Client::flush() {
  swim::Bytes rest(output_);
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) {
      return false;
    }
    rest = rest.subspan(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  }
  output_.clear();
  return true;
}

/// Waits for more bytes. False: there will be none.
bool Client::receive() {
  if (used_ > 0) {
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(used_));
    filled_ -= used_;
    used_ = 0;
  }
  if (input_.size() - filled_ < read_size_min) {
    input_.resize(std::max(filled_ + read_size_min, 2 * filled_));
  }
  ssize_t received = 0;
  do {
    received = ::recv(socket_.number(), input_.data() + filled_, input_.size() - filled_, 0);
  } while (received < 0 && errno == EINTR);
  filled_ += static_cast<std::size_t>(std::max<ssize_t>(received, 0));
  return received > 0;
}

}  // namespace hearsay::agent::rpc
