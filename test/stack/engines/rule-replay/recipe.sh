# Runs in a copy of this folder; leaves its binary in $1.
set -eu
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -tags remove_all_sd,netgo -o "$1/" .
