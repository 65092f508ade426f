#!/bin/bash
# Builds with releases of Lua, lua-cjson, LuaFileSystem and simdjson in the place of Debian's archives, and tests what
# carries them. Usage: sources.sh BUILD [WORD of a test]...
# SUITE and MIRROR say where they come from (releases.sh). What cannot be had is said, and skipped.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
[ $# -gt 0 ] || set -- unit/json_test unit/vm_test unit/source_test spec/api/ spec/sandbox/init spec/sandbox/order \
    spec/cli/notify spec/lib/json
mapfile -t releases < <(tests/releases.sh "$build/releases" lua5.4 lua-cjson lua-filesystem simdjson)
words=()
for name in LUA_SRC CJSON_SRC LFS_SRC SIMDJSON_SRC; do
    [ -z "${releases[0]}" ] || words+=("$name=${releases[0]}")
    releases=("${releases[@]:1}")
done
case " ${words[*]}" in
*" LUA_SRC="*" CJSON_SRC="*" LFS_SRC="*) ;;
*) printf 'skipped: there are no releases to build with\n0 passed, 0 failed, 1 skipped\n'; exit 0 ;;
esac
echo "with ${words[*]}"
# Other releases have other objects.
exec "${MAKE:-make}" --no-print-directory test BUILD="$build/$(echo "${words[*]}" | cksum | cut -d' ' -f1)" "${words[@]}" ONLY="$*"
