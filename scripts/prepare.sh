# Installs and builds the clone in the current folder, each only where something is missing or out of date.
# POSIX sh. May be killed at any moment: a step counts as finished by the last file that it writes.

installed=node_modules/.package-lock.json # npm writes it when all packages are in place
built=build/.finished

say() { printf 'npm start: %s\n' "$1" >&2; }

fail() {
  say "$1"
  exit 1
}

# Without find, which small images lack: nobody wants to download all packages at every start.
is_installed() {
  [ -e "$installed" ] || return
  for file in package-lock.json package.json agent/package.json; do
    [ ! "$file" -nt "$installed" ] || return
  done
}

is_built() {
  [ -e dist/index.js ] && [ -e agent/dist/cli.js ] && [ -e agent/dist/page/index.html ] && [ -e "$built" ] || return
  # Where find is missing or fails nobody knows: then it is built, which takes seconds.
  newer=$(find src agent/src agent/page scripts/build-page.mjs tsconfig.base.json tsconfig.json agent/tsconfig.json \
    "$installed" -newer "$built") &&
    [ -z "$newer" ]
}

is_disk_full() {
  case $(df -P . build dist agent/dist 2>/dev/null) in *' 100% '*) ;; *) return 1 ;; esac
}

# On a full disk the compiler ends with a trace of its own, or without a word.
fail_build() {
  if is_disk_full; then fail "$1; the disk is full (df . says how full)"; fi
  fail "$1"
}

check_node() {
  version=$(node --version 2>/dev/null) || fail 'there is no node here; install Node 20.19 or newer: https://nodejs.org/en/download'
  major=${version#v}
  minor=${major#*.}
  major=${major%%.*}
  minor=${minor%%.*}
  [ "$major" -gt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; } ||
    fail "node is $version ($(command -v node)), and 20.19 or newer is needed: https://nodejs.org/en/download, or 'nvm install 20'"
}

install() {
  command -v npm >/dev/null || fail 'there is no npm here; it comes with Node: https://nodejs.org/en/download'
  say 'installing the dependencies (npm ci) ...'
  rm -f "$installed"
  # The compiler is a dev dependency with an optional one for its platform, which NODE_ENV=production and
  # omit= leave out. The log level, because under `npm start -s` npm ci would fail without a word.
  npm ci --include=dev --include=optional --loglevel=error ||
    fail 'npm ci failed, see above; once its cause is mended, npm start tries again'
}

build() {
  say 'building (npm run build) ...'
  # A compiler that was killed may have noted as done what it had not yet written.
  [ -e "$built" ] || rm -f dist/.tsbuildinfo agent/dist/.tsbuildinfo build/.tsbuildinfo
  rm -f "$built"
  : >build/.started # as old as the beginning: a source saved during the build is newer
  npm run build --loglevel=error || fail_build 'npm run build failed, see above'
  [ -s dist/index.js ] && [ -s agent/dist/cli.js ] && [ -s agent/dist/page/index.html ] && node agent/dist/cli.js --version >/dev/null ||
    fail_build 'npm run build ended well and left no whole program in dist and agent/dist'
  mv build/.started "$built" || fail_build "$built can't be written"
}

# By a subshell: a redirection of exec's that fails would end this shell with a message of its own.
check_rights() {
  error=$({ mkdir -p build && : >>build/.lock; } 2>&1) && return
  if is_disk_full; then fail 'the disk is full (df . says how full)'; fi
  # shellcheck disable=SC2046
  set -- $(ls -ld .) # mode, links, owner
  fail "this clone has to be installed or built, and $(id -un) can't write in it (${error##*: }); it belongs to $3, as whom 'sh scripts/prepare.sh' does that; else make a clone of your own"
}

check_node
is_installed && is_built && exit
check_rights

# Of two starts at once one works and the other waits. The kernel drops the lock with the last process that
# holds it, however that one ends.
exec 9>build/.lock || exit
if command -v flock >/dev/null && ! flock -n 9; then
  say 'another start is preparing this clone; waiting for it ...'
  flock 9
fi

if ! is_installed || { ! is_built && [ ! -x node_modules/.bin/tsc ]; }; then install; fi
is_built || build
