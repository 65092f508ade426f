#!/bin/bash
# How fast lockfiles are read. Usage: parse.sh BUILD CORPUS
#
# First a package-lock of 1.5 MB against V8's JSON.parse of the same bytes, in turns (skipped where
# node is not at hand): at least 3 x as fast, or exit code 1. Then the largest real lockfile of each
# format of CORPUS: at least 40 MB/s for those of 50 KB and more.
set -eu
build=$1 corpus=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

lock=$work/package-lock.json
awk 'BEGIN {
    printf "{\n  \"name\": \"app\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {\n    \"\": {\"name\": \"app\"}"
    for (i = 0; i < 3600; i++) {
        printf ",\n    \"node_modules/package-%d\": {\n      \"version\": \"%d.%d.%d\",\n", i, i % 9, i % 31, i % 7
        printf "      \"resolved\": \"https://registry.example.org/package-%d/-/package-%d-%d.%d.%d.tgz\",\n", i, i, i % 9, i % 31, i % 7
        printf "      \"integrity\": \"sha512-%s%05d==\",\n", "k2Tn8Yq0b1XvZ5rW7uJm3sLd9fHgPcAe4oVi6xNtQwBzCyDxEvFuGsHrIqJpKoLnMmNlOkPjQiRhSgTfU", i
        printf "      \"license\": \"MIT\",\n      \"dependencies\": {\n        \"package-%d\": \"^%d.0.0\"\n      },\n", (i * 7) % 3600, i % 9
        printf "      \"engines\": {\n        \"node\": \">= 18\"\n      }\n    }"
    }
    printf "\n  }\n}\n"
}' >"$lock"

# ratio FILE: our median and that of V8, taken in turns.
ratio() {
    for turn in 1 2 3 4 5; do
        "$build/tests/bench/parse" "$1" | awk '{print "ours", $3}'
        node -e '
            const text = require("fs").readFileSync(process.argv[1], "utf8"), times = [];
            for (let i = 0; i < 31; i++) {
                const start = process.hrtime.bigint();
                JSON.parse(text);
                times.push(Number(process.hrtime.bigint() - start) / 1e3);
            }
            console.log("v8", times.sort((a, b) => a - b)[15]);' "$1"
    done | sort -k1,1 -k2,2n | awk -v name="$2" '
        {n[$1]++; t[$1, n[$1]] = $2}
        END {
            ours = t["ours", 3]; v8 = t["v8", 3]; r = v8 / ours
            printf "%-44s ours %.0f us, JSON.parse %.0f us: %.1f x as fast, bar 3 x  %s\n", name, ours, v8, r, (r >= 3 ? "ok" : "MISSED")
            exit r < 3 }' || failed=1
}
if command -v node >/dev/null; then
    ratio "$lock" "made-up package-lock, $(($(stat -c %s "$lock") / 1000)) KB"
    real=$(ls -S "$corpus"/npm/*package-lock.json 2>/dev/null | head -1 || true)
    [ -z "$real" ] || ratio "$real" "real package-lock, $(($(stat -c %s "$real") / 1000)) KB"
else
    echo "no node: not compared with V8"
fi

[ -d "$corpus" ] || exit $failed
printf '%-18s %10s %10s %8s %9s\n' format bytes us MB/s packages
for directory in "$corpus"/*/; do
    case $directory in */pairs/) continue ;; esac
    "$build/tests/bench/parse" "$directory$(ls -S "$directory" | head -1)"
done | awk '{
    slow = $4 < 40 && $2 >= 50000
    printf "%-18s %10d %10.1f %8d %9d%s\n", $1, $2, $3, $4, $5, slow ? "  MISSED" : ""
    missed += slow }
    END { exit missed > 0 }' || failed=1
exit $failed
