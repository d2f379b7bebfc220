# Lays out the root folder of a server with the agent on it, from what `npm run build` has built.
#
#   stage.sh ARCH ROOT    ARCH as Node says it: x64, arm64
set -eu
arch=$1 root=$2
here=scripts/package
bundle=$root/opt/scout-agent
modules=$bundle/lib/node_modules

# The last that a build writes. The agent runs without it, and answers 404 where its page should be.
[ -f agent/dist/page/index.html ] || {
  echo "agent/dist/page/index.html is missing; npm run build makes it" >&2
  exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

# What npm's own lock files pin, held to their integrity, for that processor instead of this one.
install_pinned() {
  (cd "$1" && npm ci --omit=dev --ignore-scripts --os=linux --cpu="$arch" --libc=glibc --loglevel=error >&2)
}

mkdir -p "$work/tree/agent" "$work/node" "$work/plugin.tgz" "$work/agent.tgz"
cp .npmrc package.json package-lock.json "$work/tree/"
cp agent/package.json "$work/tree/agent/"
cp .npmrc "$here/node/package.json" "$here/node/package-lock.json" "$work/node/"
install_pinned "$work/tree"
install_pinned "$work/node"
# npm passes over an optional package in silence where it can't be had; of these each processor has its own.
[ -x "$work/node/node_modules/node-linux-$arch/bin/node" ] || {
  echo "npm could not fetch node-linux-$arch; its log is in the cache's folder _logs (npm config get cache)" >&2
  exit 1
}

# In place of the links to the workspace, what would be published.
npm pack --silent --pack-destination "$work/plugin.tgz" >&2
npm pack --silent --pack-destination "$work/agent.tgz" --workspace agent >&2
plugin=$work/tree/node_modules/opentelemetry-instrumentation-tcp-connections
agent=$work/tree/node_modules/scout-agent
rm -f "$plugin" "$agent"
mv "$work/tree/agent" "$agent" # with what npm has installed for it alone
mkdir "$plugin"
tar -xzf "$work"/plugin.tgz/*.tgz -C "$plugin" --strip-components=1
tar -xzf "$work"/agent.tgz/*.tgz -C "$agent" --strip-components=1
# They tell of the workspace; the launcher has a link of its own.
rm -r "$work/tree/node_modules/.bin" "$work/tree/node_modules/.package-lock.json"

mkdir -p "$bundle/bin" "$bundle/lib" "$bundle/share" "$root/usr/bin" "$root/usr/lib/systemd/system"
mv "$work/tree/node_modules" "$modules"
ln -s node_modules/scout-agent/dist/cli.js "$bundle/lib/scout-agent"
cp "$work/node/node_modules/node-linux-$arch/bin/node" "$bundle/bin/node"
cp "$work/node/node_modules/node-linux-$arch/LICENSE" "$bundle/share/LICENSE.node"
cp $here/launcher.sh "$bundle/bin/scout-agent"
cp LICENSE README.md CHANGELOG.md "$bundle/"
ln -s /opt/scout-agent/bin/scout-agent "$root/usr/bin/scout-agent"
node $here/write-files.mjs "$root"

# The same bytes whoever makes them.
chmod -R u=rwX,go=rX "$root"
chmod 755 "$bundle/bin/node" "$bundle/bin/scout-agent"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
