# Runs in a copy of this folder; leaves its binary in $1.
set -eu
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$1/" sigs.k8s.io/kustomize/kustomize/v5
