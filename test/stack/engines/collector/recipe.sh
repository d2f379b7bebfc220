# Runs in a copy of this folder; leaves its binaries in $1.
set -eu
go tool builder --config builder.yaml --skip-get-modules --skip-compilation
cp go.mod go.sum build/
cd build
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$1/collector" .
