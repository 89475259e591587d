# Where the command lines of a document run: a host of its own, in namespaces of the network, of processes and of
# mounts. To be sourced by bash, which is the first process there, with HEARSAY (the program), STAGE (a directory) and
# CANNOT_RUN (names of commands) set.
# shellcheck shell=bash

set -uo pipefail
export HOME=$STAGE/home PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin
unset HEARSAY_RPC_ADDR SERF_RPC_ADDR

{
  printf 'link set %s up\n' lo
  printf 'link add eth0 type veth peer name other-end\n'
  printf 'address add 10.0.0.%s/24 dev eth0\n' 1 2 3 11 12 13 21
  printf 'link set %s up\n' eth0 other-end
} | ip -batch -

# What documents write to, and none of it the machine's.
for directory in /usr/local/bin /run /var/lib; do
  mount -t tmpfs none "$directory"
done
mkdir /run/etc /run/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work none /etc 2>/dev/null ||
  { cp -a /etc/. /run/etc && mount --bind /run/etc /etc; } || exit 1
mkdir -p "$HOME" /etc/hearsay /run/hearsay /var/lib/hearsay
ln -s "$HEARSAY" /usr/local/bin/hearsay
cd "$HOME" || exit 1

pids=$STAGE/pids
: >"$pids"

end_agents() {
  local pid
  while read -r pid; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done <"$pids"
  : >"$pids"
}

# start_agent PROGRAM ARGUMENTS...: in the background, until it runs. One whose address is taken takes the place of
# those that run: the document has gone on to another host.
start_agent() {
  local log pid try
  for try in first second; do
    log=$(mktemp "$STAGE/agent.XXXXXX")
    "$@" >"$log" 2>&1 &
    pid=$!
    until grep -q 'Log data will now stream' "$log"; do
      if ! kill -0 "$pid" 2>/dev/null; then
        if [[ $try == first ]] && grep -qi 'address already in use' "$log"; then
          end_agents
          continue 2
        fi
        cat "$log"
        return 1
      fi
      sleep 0.02
    done
    echo "$pid" >>"$pids"
    if [[ "$*" == *-retry-join* ]]; then
      until grep -qE 'Join (completed|failed)' "$log"; do sleep 0.02; done
    fi
    return 0
  done
}

hearsay() {
  local status
  case ${1-} in
    agent) start_agent "$HEARSAY" "$@" ;;
    top) "$HEARSAY" "$@" -count 1 ;;
    monitor | watch) # which go on until one has seen enough
      status=0
      timeout --signal=INT --kill-after=5 2 "$HEARSAY" "$@" || status=$?
      ((status == 124)) || return "$status"
      ;;
    *) "$HEARSAY" "$@" ;;
  esac
}

sudo() { "$@"; }

for name in $CANNOT_RUN; do
  if [[ $name == */* ]]; then
    mkdir -p "${name%/*}"
    ln -s /bin/true "$name"
  else
    eval "$name() { :; }"
  fi
done

# ---- for the stages of documents -----------------------------------------------------------------

members=0
# member NAME LAST_OCTET FLAGS...: an agent at 10.0.0.LAST_OCTET. The first is the one that commands ask, and the others
# join it.
member() {
  local name=$1 address=10.0.0.$2 more=()
  shift 2
  ((members == 0)) || more=(-rpc-addr "unix://$STAGE/$name.rpc" -join "$first")
  ((members > 0)) || first=$address
  members=$((members + 1))
  start_agent "$HEARSAY" agent -profile local -node "$name" -bind "$address" "${more[@]}" "$@" || exit 1
  declare -g "pid_of_${name//-/_}=$(tail -n 1 "$pids")"
}

# script PATH LINE...: a program that the document speaks of.
script() {
  printf '#!/bin/sh\n' >"$1"
  printf '%s\n' "${@:2}" >>"$1"
  chmod +x "$1"
}

# after_line NUMBER COMMAND...: once the document has come to its line of that number, counted from 0, and a moment later.
after_line() {
  local number=$1
  shift
  (
    until [[ -e $STAGE/$number ]]; do sleep 0.05; done
    sleep 0.3
    "$@"
  ) &
}

# ended NAME: killed, and known to be.
ended() {
  local pid=pid_of_${1//-/_}
  kill -KILL "${!pid}"
  "$HEARSAY" wait -name "$1" -status failed -timeout 30s -quiet || exit 1
}

# settled NUMBER: so many members are alive.
settled() { "$HEARSAY" wait -min "$1" -timeout 30s -quiet || exit 1; }
