// What a subcommand is, and the table of them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hearsay::cli {

using Args = std::span<const std::string_view>;

/// Under what name the program was called: a link named `serf` makes it speak as Serf does.
struct Program {
  bool is_serf = false;

  [[nodiscard]] std::string_view name() const noexcept { return is_serf ? "serf" : "hearsay"; }
  [[nodiscard]] std::string_view version() const noexcept;
};

struct Command {
  std::string_view name;
  std::string_view synopsis;  // one line in the list of commands
  /// What follows the command's name; returns the exit status.
  int (*run)(const Program& program, Args args);
  /// Without a newline at its end.
  std::string (*help)(const Program& program);
  bool is_serfs = true;  // or ours alone, and unknown under the name `serf`
};

/// Sorted by name.
[[nodiscard]] std::span<const Command> commands() noexcept;
/// Whether the program has the command under the name it was called by.
[[nodiscard]] inline bool has(const Program& program, const Command& command) noexcept {
  return command.is_serfs || !program.is_serf;
}

// A file each.
int run_agent(const Program& program, Args args);
int run_completion(const Program& program, Args args);
int run_doctor(const Program& program, Args args);
int run_event(const Program& program, Args args);
int run_force_leave(const Program& program, Args args);
int run_info(const Program& program, Args args);
int run_join(const Program& program, Args args);
int run_keygen(const Program& program, Args args);
int run_keys(const Program& program, Args args);
int run_leave(const Program& program, Args args);
int run_members(const Program& program, Args args);
int run_monitor(const Program& program, Args args);
int run_query(const Program& program, Args args);
int run_reachability(const Program& program, Args args);
int run_rtt(const Program& program, Args args);
int run_tags(const Program& program, Args args);
int run_top(const Program& program, Args args);
int run_version(const Program& program, Args args);
int run_wait(const Program& program, Args args);
int run_watch(const Program& program, Args args);

std::string help_agent(const Program& program);
std::string help_completion(const Program& program);
std::string help_doctor(const Program& program);
std::string help_event(const Program& program);
std::string help_force_leave(const Program& program);
std::string help_info(const Program& program);
std::string help_join(const Program& program);
std::string help_keygen(const Program& program);
std::string help_keys(const Program& program);
std::string help_leave(const Program& program);
std::string help_members(const Program& program);
std::string help_monitor(const Program& program);
std::string help_query(const Program& program);
std::string help_reachability(const Program& program);
std::string help_rtt(const Program& program);
std::string help_tags(const Program& program);
std::string help_top(const Program& program);
std::string help_version(const Program& program);
std::string help_wait(const Program& program);
std::string help_watch(const Program& program);

}  // namespace hearsay::cli
