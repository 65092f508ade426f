#!/bin/bash
# Linters and the layering rules. Usage: lint.sh BUILD C-FILE...
# (Compiler warnings are errors in every build, and were seen before this runs.)
set -u
build=$1
shift
failed=0
say() { echo "lint: $*"; failed=1; }

clang-format --dry-run --Werror "$@" || say "run clang-format -i on the files above"
cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE -I. --std=c11 \
    core lua tests || say "cppcheck"
luacheck -q lua policies tests || say "luacheck"

grep -rl 'lua\.h\|lauxlib\|lualib' core && say "core includes Lua"
# The primitives stand side by side on os.h; only child and inquiry stand on them.
for file in file directory lock atomic log; do
    for other in file directory lock atomic log child inquiry; do
        [ $file = $other ] || ! grep -nE "include \"(core/os/)?$other\.h\"|un_${other}_" core/os/$file.c ||
            say "core/os/$file.c uses $other"
    done
done
grep -nP '.{101,}' "$@" && say "lines over 100 columns"
for header in core/*.h core/*/*.h core/*/*/*.h lua/*/*.h; do
    gcc -std=c11 -D_GNU_SOURCE -I. -isystem /usr/include/lua5.4 -Wall -Wextra -Werror -fsyntax-only -x c "$header" \
        || say "$header does not compile alone"
done
nm -D --defined-only "$build/libupnudge.so.0" | awk '$2 == "T" {print $3}' | grep -v '^upnudge_\|^luaopen_upnudge' &&
    say "exported names above are not upnudge_"
for object in "$build"/core/*.o "$build"/core/*/*.o "$build"/core/*/*/*.o; do
    nm --defined-only "$object" | awk '$2 ~ /[TDBR]/ && $2 !~ /[a-z]/ {print $3}' | grep -v '^un_\|^_\|simdjson' &&
        say "$object: names above are not un_"
done
exit $failed
