# `npm run package`, after a build: the agent with its own Node for servers without one, as .tar.gz, .deb and .rpm for each
# processor, into build/package. Needs npm, go, git and GNU tar; the same tools make the same bytes of a commit.
set -eu
cd "$(dirname "$0")/../.."
for program in go git; do
  command -v $program >/dev/null || {
    echo "npm run package needs $program, which is not on PATH" >&2
    exit 1
  }
done
folder=build/package
version=$(node -p 'require("./package.json").version')
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

rm -rf "$folder"
mkdir -p "$folder"
for arch in x64 arm64; do
  sh scripts/package/stage.sh $arch "$work/$arch"
  tar --sort=name --owner=0 --group=0 --numeric-owner -I 'gzip -n' -C "$work/$arch/opt" \
    -cf "$folder/scout-agent-$version-linux-$arch.tar.gz" scout-agent
  for format in deb rpm; do
    sh scripts/package/nfpm.sh $format $arch "$version" "$work/$arch" "$folder"
  done
done
(cd "$folder" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" . && cat SHA256SUMS)
