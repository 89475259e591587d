#include "cli/command.h"

#include <array>

namespace hearsay::cli {
namespace {

constexpr std::array table = {
    Command{"agent", "Run an agent", run_agent, help_agent},
    Command{"completion", "Print a script that completes commands", run_completion, help_completion, false},
    Command{"doctor", "Say why a node looks failed or flaps", run_doctor, help_doctor, false},
    Command{"event", "Send a user event to every member", run_event, help_event},
    Command{"force-leave", "Declare a failed member gone for good", run_force_leave, help_force_leave},
    Command{"info", "Show figures about the agent", run_info, help_info},
    Command{"join", "Make the agent join others", run_join, help_join},
    Command{"keygen", "Make a key for encryption", run_keygen, help_keygen},
    Command{"keys", "Change or list the keys of the cluster", run_keys, help_keys},
    Command{"leave", "Make the agent leave the cluster and end", run_leave, help_leave},
    Command{"members", "List the members of the cluster", run_members, help_members},
    Command{"monitor", "Follow the agent's log and events", run_monitor, help_monitor},
    Command{"query", "Ask the cluster and show the answers", run_query, help_query},
    Command{"reachability", "Test which nodes can be reached", run_reachability, help_reachability},
    Command{"rtt", "Estimate the round trip time between members", run_rtt, help_rtt},
    Command{"tags", "Change the agent's tags", run_tags, help_tags},
    Command{"top", "Show the cluster live", run_top, help_top, false},
    Command{"version", "Print versions", run_version, help_version},
    Command{"wait", "Wait until members are there, or gone", run_wait, help_wait, false},
    Command{"watch", "Follow the members that match", run_watch, help_watch, false},
};

}  // namespace

// Scripts that ask the peer for its version get what the Debian package of Serf 0.9.4 prints.
std::string_view Program::version() const noexcept {
  return is_serf ? "0.8.2-dev" : "hearsay " HEARSAY_VERSION;
}

std::span<const Command> commands() noexcept {
  return table;
}

}  // namespace hearsay::cli
