#!/bin/sh
# The agent with the Node that came with it, wherever this folder lies and by whatever link this is called.
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/node" "$here/../lib/scout-agent" "$@"
