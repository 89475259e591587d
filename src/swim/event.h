// What a node tells its host, apart from bytes to send.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "swim/bytes.h"
#include "swim/members/member.h"

namespace hearsay::swim {

/// Chosen by the host when it calls a verb that completes later; comes back in the completion.
using CommandId = std::uint64_t;

enum class MemberEventKind : std::uint8_t { join, leave, failed, update, reap };

/// A member as it was when the event happened. Its text stays as it is whatever becomes of the member.
struct MemberRecord {
  NameAndMeta text;
  Endpoint at;
  MemberStatus status = MemberStatus::none;
  Versions versions;

  [[nodiscard]] std::string_view name() const noexcept { return text.name(); }
  /// Tags in their encoded form.
  [[nodiscard]] Bytes meta() const noexcept { return text.meta(); }
};

struct MemberEvent {
  MemberEventKind kind;
  MemberRecord member;
};

struct UserEventReceived {
  std::uint64_t ltime;
  std::string name;
  Buffer payload;
  bool coalesce;
};

/// Names a query: its Lamport time and the id its asker drew.
struct QueryKey {
  std::uint64_t ltime = 0;
  std::uint32_t id = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the zero inside a defaulted <=> for a pointer
  friend constexpr auto operator<=>(const QueryKey&, const QueryKey&) noexcept = default;
};

/// A query that passed this node's filters and has been acknowledged; Node::respond() answers it.
/// Internal ones (`_serf_`) are answered by the node and do not come here.
struct QueryReceived {
  std::uint64_t ltime;
  std::uint32_t id;
  std::string name;
  std::string source_node;
  Endpoint source;
  Buffer payload;
  Instant deadline;
};

/// Somebody works on the cluster's keys: do it with Node::change_keyring(), keep it in the file, and
/// answer with Node::answer_key_request(). Never sent with encryption off.
enum class KeyOperation : std::uint8_t { install, use, remove, list };
struct KeyRequested {
  QueryKey query;
  KeyOperation operation;
  Buffer key;  // empty for list
};

struct QueryAcked {
  CommandId command;
  std::string from;
};
struct QueryAnswered {
  CommandId command;
  std::string from;
  Buffer payload;
};
struct QueryDone {
  CommandId command;
};

struct JoinDone {
  struct Failure {
    std::size_t seed;  // index into the seeds of the verb
    std::string reason;
  };
  CommandId command;
  std::size_t contacted;
  std::vector<Failure> failures;
};

/// The end of leave, set_tags or force_leave. For leave: every phase has ended, in time or not.
struct CommandDone {
  CommandId command;
  bool timed_out;
};

/// Somebody else uses a name that is taken. `ours`: the name is this node's.
struct NameConflict {
  std::string name;
  Endpoint existing;
  Endpoint other;
  bool ours;
};

/// The cluster's verdict on a conflict about this node's name. `lost`: a strict majority of at least
/// three members that voted know another address under it; the node should go.
struct ConflictResolved {
  bool lost;
  std::size_t votes_for;
  std::size_t votes;
};

/// Something worth a log line that changed no state.
struct Notice {
  enum class Level : std::uint8_t { debug, info, warn, err } level;
  std::string text;  // without component prefix: "memberlist: ..." is included
};

/// A figure for those who watch, one of Serf's metrics. Told only with Config::measure; changes nothing.
struct Measured {
  enum class What : std::uint8_t {
    probe,             // since it was sent
    gossip,            // a beat, since it began
    push_pull,         // one we began, since it was dialled
    message_received,  // a Serf message, in bytes
    message_sent,      // a Serf message handed to one peer as a rumor, in bytes
    coordinate_moved,  // our own, in milliseconds of distance
    query_heard,       // the first copy of a query of that name, whoever is asked
  } what;
  Instant since = never;  // how long it took is the host's to say, once it has acted on the Output
  double value = 0;
  std::string name;
};

using Event =
    std::variant<MemberEvent, UserEventReceived, QueryReceived, KeyRequested, QueryAcked, QueryAnswered,
                 QueryDone, JoinDone, CommandDone, NameConflict, ConflictResolved, Notice, Measured>;

}  // namespace hearsay::swim
