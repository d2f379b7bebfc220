#!/bin/sh
# Builds the engines of the end-to-end tests, each from the modules that its own folder pins, and prints
# name=path for every binary on stdout. Needs go, and for psutil Python with pip. An engine is built again when its
# folder, this machine's Go or the platform changes; one that is there already is left as it is.
#
#   build.sh [ENGINE...]    all of them where none is named
set -eu

engines=$(CDPATH='' cd "$(dirname "$0")" && pwd)

# Go needs a home as well, for its caches; a service or a container may have none.
if [ -z "${HOME:-}" ]; then
  HOME=$(eval "echo ~$(id -un)")
  export HOME
fi
cache=${SCOUT_ENGINES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/scout-agent-engines}
mkdir -p "$cache"
cache=$(CDPATH='' cd "$cache" && pwd)

# What a developer has set for other work must not change what is built here.
export GOFLAGS='-mod=readonly -buildvcs=false' GOWORK=off

building=
trap 'test -z "$building" || rm -rf "$building"' EXIT
trap 'exit 130' HUP INT TERM

build() {
  name=$1
  cd "$engines/$name"
  toolchain=$(go env GOVERSION GOOS GOARCH)
  key=$(echo "$toolchain" | cat - ./* | sha256sum | cut -d ' ' -f 1)
  finished=$cache/$name-$key
  if [ ! -d "$finished" ]; then
    echo "building $name: minutes the first time" >&2
    building=$(mktemp -d "$cache/.$name-XXXXXX")
    mkdir "$building/source" "$building/bin" "$building/tmp"
    cp ./* "$building/source/"
    (cd "$building/source" && TMPDIR=$building/tmp nice sh recipe.sh "$building/bin") >&2
    # A rename either happens or doesn't: a folder with the final name always holds a finished build.
    mv -T "$building/bin" "$finished" 2>/dev/null || test -d "$finished"
    rm -rf "$building"
    building=
  fi
  for binary in "$finished"/*; do
    echo "${binary##*/}=$binary"
  done
}

if [ $# -eq 0 ]; then
  for folder in "$engines"/*/; do
    set -- "$@" "$(basename "$folder")"
  done
fi
for name; do
  build "$name"
done
