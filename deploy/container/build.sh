# Makes the image's root in the folder $1, and in $1.state that of its history, on a Debian 13 that is thrown away
# afterwards: the agent with its own Node, and of Debian what this Node and its modules are linked with. No shell, and no
# /etc/machine-id: it would give all hosts one host.id.
set -eu
image=$1
cd "$(dirname "$0")/../.."

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --no-install-recommends nodejs npm >/dev/null
# Debian's own, 9, does not link a package into itself, as the workspace does.
npm install --global npm@11.21.2
hash -r
npm ci
npm run build

export SOURCE_DATE_EPOCH=0
sh scripts/package/stage.sh "$(node -p process.arch)" "$image"
rm -r "$image/usr/lib/systemd"
# Without a shell the kernel itself has to find the interpreter.
program=$image/opt/scout-agent/lib/node_modules/scout-agent/dist/cli.js
sed -i '1s|.*|#!/opt/scout-agent/bin/node|' "$program"
chmod 755 "$program"
ln -sf ../lib/scout-agent "$image/opt/scout-agent/bin/scout-agent"

mkdir -p "$image/etc" "$image/var/lib/dpkg/status.d"
# Empty, for the image's user: of a folder that is there already, COPY would leave the owner as it is.
mkdir "$image.state"
find "$image/opt/scout-agent" \( -path '*/bin/node' -o -name '*.node' \) -exec ldd {} + |
  grep -o '[[:space:]]/[^ ]*' | sort -u | while read -r library; do
  cp --parents -L "$library" "$image"
  package=$(dpkg-query -S "$(realpath "$library")" | cut -d : -f 1)
  # Where scanners look for what an image holds, and what its licence asks for.
  dpkg-query -s "$package" >"$image/var/lib/dpkg/status.d/$package"
  cp --parents "/usr/share/doc/$package/copyright" "$image"
done
cp -L /etc/os-release "$image/etc/"
echo 'hosts: files dns' >"$image/etc/nsswitch.conf"

# One content, one layer, whenever it is built.
find "$image" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
