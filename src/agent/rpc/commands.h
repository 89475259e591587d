// What a client can ask for (proto/rpc.md, "Commands").
#pragma once

#include <cstdint>
#include <string_view>

namespace hearsay::agent::rpc {

class Reader;
class Session;

enum class Outcome : std::uint8_t {
  done,         // answered, or Session::wait() will
  undecodable,  // the body is not what the command takes
  refused,      // for a reason that has been logged; Serf closes the connection without an answer
};

struct Command {
  std::string_view name;
  bool has_body;
  Outcome (*run)(Session& session, Reader& body);
};

/// nullptr if there is none of that name.
[[nodiscard]] const Command* find_command(std::string_view name) noexcept;

}  // namespace hearsay::agent::rpc
