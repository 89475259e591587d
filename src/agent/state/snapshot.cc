#include "agent/state/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/state/file.h"

namespace hearsay::agent::state {
namespace {

constexpr std::size_t file_bytes_max = 256U << 20U;
constexpr mode_t mode = 0600;

Fd open_to_append(const std::string& path) {
  return Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, mode));
}

}  // namespace

struct Snapshot::State {
  std::string path;
  Fd file;
  std::size_t file_bytes;
  SnapshotContents contents;
  std::string pending;
  std::uint64_t write_errors = 0;
  swim::Duration wait = flush_interval;  // until the next write
  bool must_compact = false;             // the file is not what `contents` says, and cannot be mended
  bool keep_after_leave;
  bool left = false;
  std::function<void(std::string_view, swim::Duration)> measured;
  loop::Timer flush_timer;

  State(loop::Loop& loop, std::string where, Fd fd, SnapshotContents found, bool keep)
      : path(std::move(where)),
        file(std::move(fd)),
        file_bytes(found.bytes_complete),
        contents(std::move(found)),
        keep_after_leave(keep),
        flush_timer(loop, [this] { flush(); }) {}

  /// Remembers the line as a reader of the file would and has it written soon.
  void add(std::string_view line) {
    if (line.empty()) {
      return;
    }
    contents.take(line.substr(0, line.size() - 1), keep_after_leave);
    if (!must_compact) {
      pending += line;
    }
    if (pending.size() > pending_bytes_max) {
      give_up_lines();
    }
    if (!flush_timer.armed()) {
      flush_timer.arm_in(wait);
    }
  }

  /// Who rejoins after a leave goes on from these times, so they are kept to the very end.
  void add_clock(std::string_view key, std::uint64_t time, std::uint64_t last) {
    if (time > last && (!left || keep_after_leave)) {
      add(clock_line(key, time));
    }
  }

  void flush() {
    flush_timer.disarm();
    if (pending.empty() && !must_compact) {
      return;
    }
    if (must_compact ? compact() : append()) {
      wait = flush_interval;
    } else {
      ++write_errors;
      wait = std::min(2 * wait, retry_interval_max);
      flush_timer.arm_in(wait);
    }
  }

  template <class Write>
  auto timed(std::string_view what, Write&& write) {
    const swim::Instant began = measured ? loop::Loop::now() : swim::Instant{};
    auto result = write();
    if (measured) {
      measured(what, loop::Loop::now() - began);
    }
    return result;
  }

  /// What is being retried less and less often is left to that.
  void flush_unless_in_trouble() {
    if (wait == flush_interval) {
      flush();
    }
  }

  bool append() {
    if (!timed("appendLine", [&] { return write_all(file.number(), pending); })) {
      // The next line must not be glued to one that was torn.
      if (::ftruncate(file.number(), static_cast<off_t>(file_bytes)) != 0) {
        give_up_lines();
      }
      return false;
    }
    file_bytes += pending.size();
    pending.clear();
    if (!left && file_bytes > std::max(compact_bytes_min, compact_bytes_a_node * contents.alive.size())) {
      return compact();
    }
    return true;
  }

  /// The file is to be written anew from the contents, which know all lines.
  void give_up_lines() {
    must_compact = true;
    pending.clear();
  }

  /// Replaces the file by a short one. What waits is in the contents, so it need not wait any more.
  bool compact() {
    std::string text = compact_snapshot(contents);
    if (left) {
      text += leave_line;
    }
    if (!timed("compact", [&] { return replace_file(path, text, mode, Durability::unsynced); })) {
      return false;
    }
    Fd fresh = open_to_append(path);
    if (!fresh.is_open()) {
      must_compact = true;  // the old descriptor leads to a file without a name
      return false;
    }
    file = std::move(fresh);
    file_bytes = text.size();
    pending.clear();
    must_compact = false;
    return true;
  }
};

Snapshot::Snapshot(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() {
  if (state_) {
    flush();
  }
}

tl::expected<Snapshot, std::string> Snapshot::open(loop::Loop& loop, const std::string& path,
                                                   bool keep_after_leave) {
  Fd file = open_to_append(path);
  if (!file.is_open() && errno != ELOOP) {
    return tl::unexpected(last_error());
  }
  const auto text = read_own_file(path, file_bytes_max);
  if (!text) {
    return tl::unexpected(text.error());
  }
  SnapshotContents contents = parse_snapshot(*text, keep_after_leave);
  // A torn last line would swallow the first line written behind it.
  if (contents.bytes_complete < text->size() &&
      ::ftruncate(file.number(), static_cast<off_t>(contents.bytes_complete)) != 0) {
    return tl::unexpected(last_error());
  }
  return Snapshot(
      std::make_unique<State>(loop, path, std::move(file), std::move(contents), keep_after_leave));
}

const SnapshotContents& Snapshot::contents() const noexcept {
  return state_->contents;
}

void Snapshot::record(const swim::MemberEvent& event) {
  if (state_->left) {
    return;  // what the others report of the end is no news for a later start
  }
  switch (event.kind) {
    case swim::MemberEventKind::join:
      state_->add(alive_line(event.member.name(), event.member.at));
      break;
    case swim::MemberEventKind::leave:
    case swim::MemberEventKind::failed:
      state_->add(not_alive_line(event.member.name()));
      break;
    case swim::MemberEventKind::update:
    case swim::MemberEventKind::reap:
      break;
  }
}

void Snapshot::record_clocks(const SnapshotClocks& clocks) {
  const SnapshotClocks last = state_->contents.clocks;
  state_->add_clock(member_clock_key, clocks.member, last.member);
  state_->add_clock(event_clock_key, clocks.event, last.event);
  state_->add_clock(query_clock_key, clocks.query, last.query);
  // Before anybody acts on an event or query: else a crash has it come again after the restart.
  if (clocks.event > last.event || clocks.query > last.query) {
    state_->flush_unless_in_trouble();
  }
}

void Snapshot::record_leave() {
  if (!std::exchange(state_->left, true)) {
    state_->add(leave_line);
  }
  flush();
}

void Snapshot::flush() {
  state_->flush();
}

void Snapshot::measure(std::function<void(std::string_view what, swim::Duration took)> measured) {
  state_->measured = std::move(measured);
}

std::uint64_t Snapshot::write_errors() const noexcept {
  return state_->write_errors;
}

}  // namespace hearsay::agent::state
