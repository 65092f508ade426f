#!/bin/bash
# The packages of upnudge on a system that has nothing else of it: installs them, uses each, and takes them away.
# Usage, as root, from the sources: installed.sh DEB...
# The hosts are those of lua/README.md.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r tests/fixtures/webshop "$work/"

# The file of a page that begins with the comment $2.
from_page() {
    sed -n "\\|^$2\$|,/^\`\`\`\$/ { /^\`\`\`\$/d; p; }" "$1"
}
from_page lua/README.md '/\* host.c \*/' >"$work/host.c"
from_page lua/README.md '-- host.lua' >"$work/host.lua"

# expect WORDS COMMAND...: what is printed has these words; none: nothing is printed.
expect() {
    local said
    said=$("${@:2}" 2>&1) || { echo "$* failed: $said" >&2; exit 1; }
    case $said in
    "$1" | ?*"${1:-no words}"* | "${1:-no words}"*) echo "good: ${*:2}" ;;
    *) echo "${*:2} says '$said', not '$1'" >&2; exit 1 ;;
    esac
}

apt-get update -qq
apt-get install -qq --no-install-recommends "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
cd "$work"
check() { (cd webshop && upnudge check . "$@" -- ./dry-upgrade); }
expect "checked: 4 version changes" check
expect "1 security fix and 2 other version changes of your packages and 1 of theirs available" upnudge notify webshop --tty
expect "" upnudge notify webshop --tty
expect "good" upnudge policy check default
[ -e /usr/share/man/man5/upnudge-policy.5.gz ]

apt-get install -qq --no-install-recommends gcc libc6-dev pkg-config lua5.4 lua-dbi-sqlite3 >log 2>&1 || { cat log >&2; exit 1; }
try_host() {
    rm -rf .cache .state
    export XDG_CACHE_HOME=$work/.cache XDG_STATE_HOME=$work/.state
    expect "" bash -c '"$1" check webshop <webshop/upgraded.json' sh "$1"
    expect "checked 0 seconds ago" bash -c '"$1" check webshop <webshop/upgraded.json | sed "s/[0-9]* second[s]*/0 seconds/"' \
        sh "$1"
    expect "Use 'acme upgrades' for details." script -qec "$1 activate webshop" /dev/null
}
cc host.c -o host $(pkg-config --cflags --libs upnudge)
try_host ./host
cc host.c -o host-static -Wl,-Bstatic $(pkg-config --static --libs upnudge | sed 's/-lupnudge/& -Wl,-Bdynamic/')
try_host ./host-static
! ldd host-static | grep upnudge
# A database is asked by upnudge-cli, wherever a host has the library from.
echo 'return require "upnudge".policy { api = 1, name = "p", extends = "default", strategy = "database", deadline = "1500ms" }' >p.lua
for host in ./host ./host-static; do
    UPNUDGE_POLICY=$work/p.lua try_host $host
    [ -s .state/upnudge/acme-in-c/upnudge.sqlite ]
done
expect "checked	4" bash -c 'lua5.4 host.lua webshop <webshop/upgraded.json'

cd /
apt-get purge -qq upnudge libupnudge0 libupnudge-dev lua-upnudge >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
left=$(find /usr /etc /var/lib/dpkg/info -name '*upnudge*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
echo "the packages are good"
