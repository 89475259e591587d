// The other end of the RPC: what the command line asks an agent with.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"
#include "agent/rpc/messages.h"
#include "agent/rpc/target.h"

namespace hearsay::agent::rpc {

/// Blocking, without an event loop: it asks, and waits as long as the agent takes. Errors are texts
/// for people: what the agent answered, or error::closed when it hung up.
class Client {
 public:
  /// Connects, shakes hands and, given a key, authenticates. With `patience` an answer that takes longer
  /// than that counts as hung up, now and from then on.
  static tl::expected<Client, std::string> connect(std::string_view address, std::string_view auth_key,
                                                   AddressRules rules = AddressRules::ours,
                                                   std::optional<std::chrono::milliseconds> patience = {});

  /// A command that is answered by a header alone.
  template <class Request>
  tl::expected<void, std::string> call(std::string_view command, const Request& request) {
    return await(send(command, request), false).map([](swim::Bytes) {});
  }
  tl::expected<void, std::string> call(std::string_view command) {
    return await(send(command), false).map([](swim::Bytes) {});
  }

  /// A command whose answer has a body: one msgpack object, good until the next call.
  template <class Request>
  tl::expected<swim::Bytes, std::string> fetch(std::string_view command, const Request& request) {
    return await(send(command, request), true);
  }
  tl::expected<swim::Bytes, std::string> fetch(std::string_view command) {
    return await(send(command), true);
  }

  struct Answer {
    std::string error;  // empty: none
    swim::Bytes body;   // empty if the agent ended before it
  };
  /// As fetch(), for answers whose body says more about the error that comes with it. Fails where
  /// there is no answer.
  template <class Request>
  tl::expected<Answer, std::string> ask(std::string_view command, const Request& request) {
    return answer_to(send(command, request), true);
  }
  tl::expected<Answer, std::string> ask(std::string_view command) { return answer_to(send(command), true); }
  /// Hands over the memory that the last answer lies in: views of it are good as long as that lives.
  [[nodiscard]] swim::Buffer release_answer();

  // ---- for streams: many answers to one request ------------------------------------------------

  /// Returns the Seq that the answers will carry.
  template <class Request>
  std::uint64_t send(std::string_view command, const Request& request) {
    const std::uint64_t seq = send(command);
    encode(Writer(output_), request);
    return seq;
  }
  std::uint64_t send(std::string_view command);

  /// The next header, whoever it answers; what it refers to is good until the next call.
  tl::expected<ResponseHeader, std::string> next_header();
  /// Whether an object, or the end of the connection, can be read within `limit`; no longer than that is
  /// waited.
  [[nodiscard]] bool await_input(std::chrono::milliseconds limit);
  /// The next object.
  tl::expected<swim::Bytes, std::string> next_object();

 private:
  explicit Client(Fd socket) : socket_(std::move(socket)) {}

  tl::expected<void, std::string> greet(std::string_view auth_key);
  tl::expected<Answer, std::string> answer_to(std::uint64_t seq, bool has_body);
  tl::expected<swim::Bytes, std::string> await(std::uint64_t seq, bool has_body);
  bool flush();
  bool receive();

  Fd socket_;
  std::uint64_t seq_ = 0;
  swim::Buffer output_;  // sent when an answer is waited for
  swim::Buffer input_;
  std::size_t used_ = 0;    // of input_, by objects handed out
  std::size_t filled_ = 0;  // of input_, by bytes received
};

}  // namespace hearsay::agent::rpc
