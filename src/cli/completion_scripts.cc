#include <algorithm>
#include <array>
#include <iterator>

#include "cli/completion.h"
#include "cli/member_fields.h"
#include "cli/member_formats.h"
#include "cli/member_selection.h"
#include "cli/member_view.h"

namespace hearsay::cli {
namespace {

using Words = std::vector<std::string>;
using Values = std::span<const std::string_view>;

/// Commands whose arguments are names of members.
constexpr std::array<std::string_view, 3> with_names = {"doctor", "force-leave", "rtt"};
constexpr std::array<std::string_view, 2> plain_formats = {"text", "json"};

std::string name_of(const std::string& flag) {
  return flag.substr(0, flag.find('='));
}

Words names_of(const Completable& command) {
  Words out;
  std::ranges::transform(command.flags, std::back_inserter(out), name_of);
  return out;
}

/// The words that a flag takes; none: it takes anything. Only those who list members have -fields, and all
/// formats.
Values values_of(const Completable& command, std::string_view flag) {
  const Words names = names_of(command);
  const bool lists_members = std::ranges::find(names, "-fields") != names.end();
  if (flag == "-format") {
    return lists_members ? format_names() : Values(plain_formats);
  }
  if (flag == "-status") {
    return member_states();
  }
  return flag == "-sort" ? order_names() : flag == "-fields" ? field_names() : Values();
}

template <class Range>
std::string joined(const Range& words, std::string_view between) {
  std::string out;
  for (const auto& word : words) {
    out.append(out.empty() ? std::string_view() : between).append(word);
  }
  return out;
}

/// A line a command: `    members) words="-detailed -format" ;;`.
std::string flag_cases(const std::vector<Completable>& commands, std::string_view begin,
                       std::string_view end) {
  std::string out;
  for (const Completable& command : commands) {
    out.append("    ").append(command.name).append(") ").append(begin);
    out.append(joined(names_of(command), " ")).append(end).append(" ;;\n");
  }
  return out;
}

/// A line a flag whose values are words: `    members:-format|members:--format) words="text json" ;;`.
std::string value_cases(const std::vector<Completable>& commands, std::string_view begin,
                        std::string_view end) {
  std::string out;
  for (const Completable& command : commands) {
    for (const std::string& flag : names_of(command)) {
      const Values values = values_of(command, flag);
      if (values.empty()) {
        continue;
      }
      out.append("    ").append(command.name).append(":").append(flag).append("|");
      out.append(command.name).append(":-").append(flag).append(") ").append(begin);
      out.append(joined(values, " ")).append(end).append(" ;;\n");
    }
  }
  return out;
}

std::string commands_of(const std::vector<Completable>& commands) {
  Words names;
  for (const Completable& command : commands) {
    names.emplace_back(command.name);
  }
  return joined(names, " ");
}

std::string for_bash(const std::vector<Completable>& commands) {
  std::string out = R"sh(# bash completion for hearsay, made by `hearsay completion bash`
_hearsay() {
  local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]-} words=
  local prev=${COMP_WORDS[COMP_CWORD - 1]}
  # "=" is a word of its own
  [[ $cur == = ]] && cur=
  [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W ")sh";
  out.append(commands_of(commands)).append(R"sh(" -- "$cur")
    return
  fi
  case $command:$prev in
)sh");
  out.append(value_cases(commands, "words=\"", "\"")).append(R"sh(  esac
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi
  case $command in
)sh");
  out.append(flag_cases(commands, "words=\"", "\"")).append(R"sh(  esac
  if [[ $cur == -* ]]; then
    if [[ $cur == --* ]]; then
      words=" $words"
      words=${words// -/ --}
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi
  case $command in
    )sh");
  out.append(joined(with_names, "|")).append(R"sh()
      mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" members -format names 2>/dev/null)" -- "$cur")
      ;;
    *) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
  esac
}
complete -F _hearsay hearsay
)sh");
  return out;
}

/// Without what would end a word in single quotes.
std::string quotable(std::string_view text) {
  std::string out(text);
  std::erase(out, '\'');
  return out;
}

std::string for_zsh(const std::vector<Completable>& commands) {
  std::string out = R"sh(#compdef hearsay
# zsh completion for hearsay, made by `hearsay completion zsh`
_hearsay() {
  local -a commands choices
  commands=(
)sh";
  for (const Completable& command : commands) {
    out.append("    '").append(command.name).append(":").append(quotable(command.synopsis)).append("'\n");
  }
  out.append(R"sh(  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  case ${words[2]}:${words[CURRENT-1]} in
)sh");
  out.append(value_cases(commands, "choices=(", ")")).append(R"sh(  esac
  if (($#choices)); then
    compadd -- $choices
    return
  fi
  case ${words[2]} in
)sh");
  out.append(flag_cases(commands, "choices=(", ")")).append(R"sh(  esac
  if [[ $PREFIX == -* ]]; then
    compadd -- $choices
    return
  fi
  case ${words[2]} in
    )sh");
  out.append(joined(with_names, "|")).append(R"sh()
      compadd -- ${(f)"$(hearsay members -format names 2>/dev/null)"}
      ;;
    *) _files ;;
  esac
}
compdef _hearsay hearsay
)sh");
  return out;
}

std::string for_fish(const std::vector<Completable>& commands) {
  std::string out = "# fish completion for hearsay, made by `hearsay completion fish`\n";
  for (const Completable& command : commands) {
    out.append("complete -c hearsay -n __fish_use_subcommand -f -a ").append(command.name);
    out.append(" -d '").append(quotable(command.synopsis)).append("'\n");
    const std::string within =
        "complete -c hearsay -n '__fish_seen_subcommand_from " + std::string(command.name) + "'";
    for (const std::string& flag : command.flags) {
      const std::string name = name_of(flag);
      out.append(within).append(" -o ").append(name.substr(1)).append(flag.ends_with('=') ? " -r" : "");
      if (const Values values = values_of(command, name); !values.empty()) {
        out.append(" -f -a '").append(joined(values, " ")).append("'");
      }
      out.append("\n");
    }
    if (std::ranges::find(with_names, command.name) != with_names.end()) {
      out.append(within).append(" -f -a '(hearsay members -format names 2>/dev/null)'\n");
    }
  }
  return out;
}

}  // namespace

std::string completion_for(std::string_view shell, const std::vector<Completable>& commands) {
  return shell == "bash"   ? for_bash(commands)
         : shell == "zsh"  ? for_zsh(commands)
         : shell == "fish" ? for_fish(commands)
                           : std::string();
}

}  // namespace hearsay::cli
