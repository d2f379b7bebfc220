# `npm start`: prepares the clone where that is needed, then becomes the agent. Stdout is the agent's alone.
# POSIX sh. No signal, at no moment, leaves a process behind.

stop() {
  # A terminal's Ctrl-C comes twice: to the foreground group, and handed on by npm.
  trap '' HUP INT QUIT TERM
  if [ -n "$!" ]; then
    # SIGKILL needs no answer and no time; what it leaves half done, prepare.sh does again.
    # By id too: for a moment after the fork there is no such group yet.
    kill -s KILL -- "-$!" 2>/dev/null
    kill -s KILL "$!" 2>/dev/null
    wait "$!" 2>/dev/null
  fi
  # Die of the signal itself, so that a shell's loop stops on Ctrl-C and npm reports no failure of the script.
  trap - "$1"
  kill -s "$1" $$
  exit "$2" # process 1 of a container survives its own signals
}

# From the first line on: bash forgets a SIGINT that comes while a command of its own ends well.
trap 'stop HUP 129' HUP
trap 'stop INT 130' INT
trap 'stop QUIT 131' QUIT
trap 'stop TERM 143' TERM

CDPATH='' cd -- "$(dirname -- "$0")/.." || exit

# npm hands on SIGTERM and SIGINT, but of its death by SIGHUP or SIGKILL nobody hears. So the kernel tells us,
# and the agent too, because this lasts across exec. It takes util-linux 2.33; busybox can't.
if [ "${1-}" = --told-of-npm ]; then
  shift
elif [ "${npm_lifecycle_event-}" = start ] && setpriv --pdeathsig TERM true 2>/dev/null; then
  trap - HUP INT QUIT TERM # a signal that the shell has caught would be lost in exec
  exec setpriv --pdeathsig TERM sh scripts/start.sh --told-of-npm "$@"
fi

# Between its fork and its first handler npm dies of SIGTERM as well. It belongs to our process group; whoever
# adopts an orphan does not.
npm_is_gone() {
  read -r own </proc/self/stat || return
  # shellcheck disable=SC2086
  set -- ${own##*') '} # state, parent, group; the name before them may hold anything
  group=$3
  read -r parent <"/proc/$2/stat" || return
  # shellcheck disable=SC2086
  set -- ${parent##*') '}
  [ "$3" != "$group" ]
}
[ "${npm_lifecycle_event-}" = start ] && npm_is_gone 2>/dev/null && exit 143

# In a process group of its own, npm's children included; in the background, because a trap waits for a command
# in the foreground to end.
if command -v setsid >/dev/null; then
  setsid sh scripts/prepare.sh </dev/null >&2 &
else
  set -m
  sh scripts/prepare.sh </dev/null >&2 &
fi
wait "$!" || exit

trap - HUP INT QUIT TERM
exec node agent/dist/cli.js "$@"
