#include "agent/rpc/session.h"

#include "agent/loop/loop.h"
#include "agent/rpc/commands.h"
#include "agent/rpc/errors.h"

namespace hearsay::agent::rpc {
namespace {

// What a buffer may keep between requests; a list of members can have needed much more.
constexpr std::size_t buffer_kept = 16U << 10U;

void clear(swim::Buffer& buffer) {
  buffer.clear();
  if (buffer.capacity() > buffer_kept) {
    buffer.shrink_to_fit();
  }
}

}  // namespace

std::shared_ptr<Session> Session::open(Host& host, Transport& transport, bool is_owner) {
  return std::shared_ptr<Session>(new Session(host, transport, is_owner));
}

void Session::receive(swim::Bytes bytes) {
  swim::append(input_, bytes);
  run();
}

void Session::on_drained() {
  note_drained();
  run();
}

void Session::abandon() {
  ended_ = true;
  if (!running_) {
    swim::Buffer().swap(input_);
    swim::Buffer().swap(output_);
    used_ = 0;
  }
}

void Session::note_drained() {
  ++times_drained_;
  streams_.tell_missed();
}

Writer Session::answer(std::string_view error) {
  const Writer out(output_);
  encode(out, ResponseHeader{error, header_.seq});
  return out;
}

Session::Waiting Session::wait() {
  waiting_ = true;
  return Waiting(weak_from_this());
}

/// Runs what can be run. A command that is answered before its verb returns comes here while the
/// loop below runs; that loop then goes on.
void Session::run() {
  if (running_) {
    return;
  }
  running_ = true;
  const auto may_go_on = [this] {
    return !ended_ && !waiting_ && output_.size() + transport_.waiting_bytes() <= limits::output_before_pause;
  };
  while (may_go_on() && run_next()) {
    if (output_.size() > limits::output_before_pause) {
      flush();
    }
  }
  running_ = false;
  forget_input();
  flush();
  if (ended_) {
    transport_.finish();
  } else {
    transport_.set_reading(may_go_on());
  }
}

/// False: the next object is not complete, or there will be none.
bool Session::run_next() {
  const swim::Bytes rest = swim::Bytes(input_).subspan(used_);
  switch (scanner_.scan(rest)) {
    case ObjectScanner::Found::more:
      return false;
    case ObjectScanner::Found::malformed:
      hang_up(LogLevel::debug, "not msgpack, or nested too deeply");
      return false;
    case ObjectScanner::Found::too_large:
      ++host_.counters.requests_too_large;
      hang_up(LogLevel::debug, "larger than 1048576 bytes");
      return false;
    case ObjectScanner::Found::whole:
      break;
  }
  used_ += scanner_.size();
  const Reader in(rest.first(scanner_.size()));
  scanner_.reset();
  if (command_ == nullptr) {
    run_header(in);
  } else {
    run_body(in);
  }
  return true;
}

void Session::run_header(Reader in) {
  decode(in, header_);
  if (in.failed()) {
    hang_up(LogLevel::debug, "undecodable header");
    return;
  }
  ++host_.counters.requests;
  const bool is_handshake = header_.command == "handshake";
  if (!is_handshake && !greeted_) {
    answer(error::handshake_required);
    hang_up(LogLevel::err, error::handshake_required);
    return;
  }
  const bool is_auth = header_.command == "auth";
  if (!host_.auth_key.empty() && !authenticated_ && !is_auth && !is_handshake) {
    ++host_.counters.auth_failures;
    host_.log.warn("agent.ipc: Client sending commands before auth");
    answer(error::auth_required);
    return;
  }
  command_ = find_command(header_.command);
  if (command_ == nullptr) {
    ++host_.counters.commands_unsupported;
    answer(error::unsupported_command);
    hang_up(LogLevel::err, "command not recognized");
  } else if (!command_->has_body) {
    run_body(Reader({}));
  }
}

void Session::run_body(Reader in) {
  const Command& command = *std::exchange(command_, nullptr);
  switch (command.run(*this, in)) {
    case Outcome::done:
      return;
    case Outcome::undecodable:
      hang_up(LogLevel::debug, "undecodable body");
      return;
    case Outcome::refused:
      end();
      return;
  }
}

void Session::hang_up(LogLevel level, std::string_view reason) {
  host_.log.write(level, "agent.ipc: Failed to evaluate request: " + std::string(reason));
  end();
}

void Session::end() {
  ++host_.counters.requests_rejected;
  ended_ = true;
  streams_ = {};
}

void Session::flush() {
  if (output_.empty()) {
    return;
  }
  transport_.send(output_);
  clear(output_);
  if (transport_.waiting_bytes() == 0) {
    note_drained();
  }
}

void Session::forget_input() {
  if (used_ == input_.size()) {
    clear(input_);
  } else {
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(used_));
  }
  used_ = 0;
}

Writer Session::begin_record(std::uint64_t seq) {
  const Writer out(output_);
  encode(out, ResponseHeader{{}, seq});
  return out;
}

std::uint64_t Session::number_of(const swim::QueryReceived& query) {
  return answerable_.add(query, loop::Loop::now(), host_.counters.queries_forgotten);
}

/// Records that come while requests run leave with the answers.
void Session::end_record() {
  if (!running_) {
    flush();
  }
}

}  // namespace hearsay::agent::rpc
