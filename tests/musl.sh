#!/bin/bash
# Builds with musl in the place of glibc, and runs what can be linked with it. Usage: musl.sh BUILD OTHER
#
# Every file of core and of lua is compiled. What needs no other library than Lua's is linked and run: the unit tests
# of core, those of the policy VM, and the program that notifies, which is told by OTHER, a build with glibc, of what
# there is. Debian has libyaml, libexpat and C++ for glibc alone, so that no lockfile is read here.
set -eu
cd "$(dirname "$0")/.."
build=$1 other=$2
skip() {
    printf 'skipped: %s\n0 passed, 0 failed, 1 skipped\n' "$1"
    exit 0
}
command -v musl-gcc >/dev/null || skip "there is no musl-gcc: apt-get install musl-tools"
mapfile -t releases < <(tests/releases.sh "$build/releases" lua5.4 lua-cjson lua-filesystem)
for release in "${releases[@]}"; do
    [ -n "$release" ] || skip "there is no Lua to build with"
done
# Headers of Debian's that speak of no C library: those of the kernel, and of what stands in headers or is not linked.
mkdir -p "$build/include"
for header in linux asm asm-generic xxhash.h yaml.h expat.h expat_external.h; do
    ln -sfn "$(ls -d /usr/include/$header /usr/include/*-linux-gnu/$header 2>/dev/null | head -n 1)" "$build/include/"
done
"${MAKE:-make}" --no-print-directory musl-programs BUILD="$build" CC=musl-gcc READER_LIBS= READERS_CARRIED= \
    READER_FLAGS="-isystem $build/include" LUA_SRC="${releases[0]}" CJSON_SRC="${releases[1]}" LFS_SRC="${releases[2]}"

passed=0 failed=0
try() {
    if "$@" >"$build/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $*"
        cat "$build/said"
    fi
}
for test in "$build"/tests/unit/*_test; do
    try "$test" tests/fixtures
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CI NO_UPDATE_NOTIFIER UPNUDGE_QUIET
export HOME=$work XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
notify() {
    "$build/upnudge" notify "$work/webshop" --tty 2>&1
}
cp -r tests/fixtures/webshop "$work/"
(cd "$work/webshop" && "$OLDPWD/$other/upnudge" check . -- ./dry-upgrade >/dev/null)
try grep -q '^1 security fix and 2 other version changes of your packages and 1 of theirs available in webshop' <(notify)
try test -z "$(notify)"
try sh -c '! readelf -l "$1" | grep INTERP' sh "$build/upnudge"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
