#!/bin/bash
# Linters and the layering rules. Usage: lint.sh BUILD C-FILE...
# (Compiler warnings are errors in BUILD, and were seen before this runs.)
set -u
# Columns are characters, not bytes, in whatever language somebody works.
export LC_ALL=C.UTF-8
build=$1
shift
failed=0
say() { echo "lint: $*"; failed=1; }

# Every version of clang-format sets some lines its own way; ours is that of Debian 12.
formats=$(clang-format --version | grep -o 'version [0-9]*')
if [ "$formats" = "version 14" ]; then
    clang-format --dry-run --Werror "$@" || say "run clang-format -i on the files above"
else
    echo "lint: clang-format is $formats, not 14: how the C files are set was not looked at"
fi
# Later versions do not see that un_members() sets what its list points at.
checks=$(cppcheck --version)
if [ "$checks" = "Cppcheck 2.10" ]; then
    cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE -I. --std=c11 \
        core lua tests || say "cppcheck"
else
    echo "lint: this is $checks, not 2.10: it was not asked"
fi
luacheck -q lua policies tests || say "luacheck"
lua5.4 tests/lint/walls.lua || say "an arrow above breaks a wall"

grep -rl 'lua\.h\|lauxlib\|lualib' core && say "core includes Lua"
lua5.4 tests/lint/floors.lua "$@" || say "includes above go up, aside or in a circle"
grep -nP '.{101,}' "$@" && say "lines over 100 columns"
# The build says what the C library shows: POSIX of 2008, and in core/os all of it (Makefile).
grep -nE 'define +_(GNU|DEFAULT|BSD|XOPEN|POSIX(_C)?)_SOURCE' $(find core lua -name '*.[ch]') &&
    say "a file above says itself what the C library shows it"
for header in core/*.h core/*/*.h core/*/*/*.h lua/*/*.h; do
    case $header in core/os/*) shown=_GNU_SOURCE ;; *) shown=_XOPEN_SOURCE=700 ;; esac
    gcc -std=c11 -D$shown -I. -isystem "${LUA_INCLUDE:-/usr/include/lua5.4}" -Wall -Wextra -Werror \
        -fsyntax-only -x c "$header" \
        || say "$header does not compile alone"
done
lua5.4 tests/lint/abi.lua lua/api/upnudge.h lua/api/upnudge.abi || say "programs rely on another upnudge.h"
for object in "$build"/core/*.o "$build"/core/*/*.o "$build"/core/*/*/*.o; do
    nm --defined-only "$object" | awk '$2 ~ /[TDBR]/ && $2 !~ /[a-z]/ {print $3}' | grep -v '^un_\|^_\|simdjson' &&
        say "$object: names above are not un_"
done
exit $failed
