# Makes a package of a staged root folder.
#
#   nfpm.sh deb|rpm ARCH VERSION ROOT FOLDER    ARCH as Node says it; FOLDER is where the package goes
set -eu
case $2 in x64) ARCH=amd64 ;; *) ARCH=$2 ;; esac
VERSION=$3
ROOT=$(realpath "$4")
export ARCH VERSION ROOT
folder=$(realpath "$5")

# What a developer has set for other work must not change what is built here.
nfpm=$(GOFLAGS='-mod=readonly -buildvcs=false' GOWORK=off nice go -C scripts/package/nfpm tool -n nfpm)
cd deploy/package
"$nfpm" package --config nfpm.yaml --packager "$1" --target "$folder/" >&2
