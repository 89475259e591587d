// One client's side of the protocol (proto/rpc.md): bytes in, bytes out. Knows no socket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/log.h"
#include "agent/rpc/answerable_queries.h"
#include "agent/rpc/backend.h"
#include "agent/rpc/counters.h"
#include "agent/rpc/limits.h"
#include "agent/rpc/messages.h"
#include "agent/rpc/streams.h"

namespace hearsay::agent::rpc {

struct Command;

/// What all sessions of a server share. Outlives them.
struct Host {
  Backend& backend;
  Log& log;
  Counters& counters;
  std::string auth_key;     // empty: nobody has to authenticate
  bool shows_keys = false;  // list-keys gives keys to everybody, as Serf does
};

/// Carries a session's bytes. From inside these no session is called, but for abandon(); after that the
/// bytes of a send() are not looked at.
class Transport {
 public:
  virtual void send(swim::Bytes bytes) = 0;
  /// How much of what was sent waits for the client to take it.
  [[nodiscard]] virtual std::size_t waiting_bytes() const = 0;
  /// Whether bytes from the client are wanted.
  virtual void set_reading(bool wanted) = 0;
  /// Closes when all that was sent has been taken. Nothing is sent after it.
  virtual void finish() = 0;

 protected:
  ~Transport() = default;
};

/// Requests run one after another, in the order they came: while one waits for the agent, or while
/// the client does not take what it asked for, the next is not looked at and nothing more is read.
class Session final : public std::enable_shared_from_this<Session>, private RecordSink {
 public:
  /// `is_owner`: the client is root or the agent's own user, as the kernel says.
  static std::shared_ptr<Session> open(Host& host, Transport& transport, bool is_owner = false);

  void receive(swim::Bytes bytes);
  /// The client has taken everything.
  void on_drained();

  /// Its client is gone: runs nothing more, and gives back what it holds at once unless it is on the stack.
  void abandon();

  /// It has said who it is, as far as that is asked for.
  [[nodiscard]] bool admitted() const noexcept {
    return greeted_ && (authenticated_ || host_.auth_key.empty());
  }

  /// The client has something coming: an answer, or what it follows.
  [[nodiscard]] bool expects_more() const noexcept { return waiting_ || !streams_.idle(); }

  /// Memory: requests that are not complete, answers that the transport does not have yet, what is
  /// followed, and which queries may be answered.
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    return input_.capacity() + output_.capacity() + streams_.held_bytes + answerable_.held_bytes();
  }

  /// Whom list-keys gives the keys themselves; others get fingerprints.
  [[nodiscard]] bool may_see_keys() const noexcept {
    return is_owner_ || host_.shows_keys || (authenticated_ && !host_.auth_key.empty());
  }

  // ---- for commands (commands.h) -------------------------------------------------------------

  [[nodiscard]] Host& host() noexcept { return host_; }
  [[nodiscard]] Backend& backend() noexcept { return host_.backend; }
  [[nodiscard]] std::uint64_t seq() const noexcept { return header_.seq; }
  [[nodiscard]] Streams& streams() noexcept { return streams_; }
  [[nodiscard]] const AnswerableQueries& answerable() const noexcept { return answerable_; }
  [[nodiscard]] RecordSink& record_sink() noexcept { return *this; }

  /// Writes the header of the answer; a body, where the command has one, goes to the writer.
  Writer answer(std::string_view error);

  [[nodiscard]] bool greeted() const noexcept { return greeted_; }
  void set_greeted() noexcept { greeted_ = true; }
  void set_authenticated() noexcept { authenticated_ = true; }

  /// For a command that is answered later, maybe after the client has gone.
  class Waiting {
   public:
    explicit Waiting(std::weak_ptr<Session> session) : session_(std::move(session)) {}

    /// Calls `give(Session&)`, which answers, if there is still somebody to answer; then the session
    /// goes on. To be called once.
    template <class Give>
    void answer(Give&& give) const {
      if (const auto session = session_.lock()) {
        give(*session);
        session->waiting_ = false;
        session->run();
      }
    }

   private:
    std::weak_ptr<Session> session_;
  };
  [[nodiscard]] Waiting wait();

 private:
  Session(Host& host, Transport& transport, bool is_owner)
      : host_(host), transport_(transport), is_owner_(is_owner) {}

  void run();
  bool run_next();
  void run_header(Reader in);
  void run_body(Reader in);
  void hang_up(LogLevel level, std::string_view reason);
  void end();
  void flush();
  void note_drained();
  void forget_input();

  Writer begin_record(std::uint64_t seq) override;
  void end_record() override;
  [[nodiscard]] std::uint64_t times_drained() const noexcept override { return times_drained_; }
  std::uint64_t number_of(const swim::QueryReceived& query) override;

  Host& host_;
  Transport& transport_;
  bool is_owner_;
  swim::Buffer input_;
  std::size_t used_ = 0;  // of input_, by objects that have been run
  ObjectScanner scanner_{limits::request_bytes};
  swim::Buffer output_;
  /// Not cleared between requests: an object that lacks a field leaves it as it was (proto/rpc.md,
  /// "Errors", says where that shows).
  RequestHeader header_;
  const Command* command_ = nullptr;  // whose body comes next
  Streams streams_;
  std::uint64_t times_drained_ = 0;
  AnswerableQueries answerable_;
  bool greeted_ = false;
  bool authenticated_ = false;
  bool running_ = false;
  bool waiting_ = false;
  bool ended_ = false;
};

}  // namespace hearsay::agent::rpc
