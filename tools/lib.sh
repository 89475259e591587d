# Shared by the scripts of tools/: telling what happens and for how long. To be sourced by bash.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '==> %s\n' "$*"; }
detail() { printf '    %s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# logged LOG COMMAND...: runs it with its output in a file, a sign of life every ten seconds, and the
# end of the file if it fails.
logged() {
  local log=$1 status=0 heartbeat
  shift
  mkdir -p "$(dirname "$log")"
  (
    while sleep 10 >/dev/null 2>&1; do
      detail "... $SECONDS s, still at it: $(tail -c 300 "$log" 2>/dev/null | tail -n 1 | cut -c 1-100)"
    done
  ) &
  heartbeat=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$heartbeat" 2>/dev/null || true
  wait "$heartbeat" 2>/dev/null || true
  if ((status != 0)); then
    tail -n 40 "$log" >&2
    printf 'error: %s failed (%s); its whole output is in %s\n' "$1" "$status" "$log" >&2
  fi
  return "$status"
}

# configure DIRECTORY OPTIONS...: makes a build directory, or leaves the one that is there.
configure() {
  local directory=$1
  shift
  if [[ ! -f $directory/build.ninja ]]; then
    detail "configuring ${directory#"$root"/}"
    logged "$directory.log" meson setup "$directory" "$root" "$@"
  fi
}

# build DIRECTORY TARGETS...: shows one line of progress in a while, and everything on failure. Two builds in one
# directory would take each other's files away: the second waits.
build() {
  local directory=$1 line shown=-5
  local lock=$directory/build.lock
  shift
  flock --nonblock "$lock" true || detail "waits for another build in ${directory#"$root"/}"
  NINJA_STATUS='[%f of %t, %e s] ' flock --close "$lock" ninja -C "$directory" "$@" | while IFS= read -r line; do
    case $line in
      'ninja: Entering'* | 'ninja: no work'*) ;;
      '['[0-9]*' of '*)
        if ((SECONDS - shown >= 5)); then
          detail "$line"
          shown=$SECONDS
        fi
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

# programs_of DIRECTORY SUITE...: the names and commands of the test programs of those meson suites, in a build
# directory.
programs_of() {
  meson introspect --tests "$1" | /usr/bin/python3 -c '
import json, sys
for test in json.load(sys.stdin):
    if {name.split(":")[-1] for name in test["suite"]} & set(sys.argv[1:]):
        print(test["name"], *test["cmd"], sep="\t")' "${@:2}"
}

# default_targets_of DIRECTORY: what is built by default. Ninja's `all` has every test program besides.
default_targets_of() {
  meson introspect --targets "$1" | /usr/bin/python3 -c '
import json, os, sys
for target in json.load(sys.stdin):
    if target["build_by_default"]:
        print(*(os.path.relpath(name, sys.argv[1]) for name in target["filename"]), sep="\n")' "$1"
}
