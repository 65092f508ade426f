#!/bin/bash
# How fast lockfiles are parsed and their packages extracted, against readers of the same notation that
# npm has, and Debian for Python, which only parse; the fastest of them counts. Libraries of C++, such as
# RapidJSON, are not among them. Usage: parse.sh BUILD CORPUS
#
# The lockfiles are made up (documents.lua); of CORPUS, where it is there, the largest real one of each
# format is read, too. A row has the medians of three turns, in each of which every reader takes the
# median of its rounds, in processor time. It is a fault, and exit code 1, when the fastest reader takes
# less than 3 x what we take, V8 of a package-lock less than 8 x. YAML and XML are read by libyaml and
# libexpat: what they take alone stands in the last columns, and where we take at most 1.5 x of that, the
# bar is missed all the same, and said to be theirs, but is no fault.
set -eu
here=$(dirname "$0")
build=$1 corpus=$2
export NODE_PATH=$build/readers/node_modules
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# readers_of FORMAT: those that are tried.
readers_of() {
    case $1 in
    npm) echo JSON.parse ;;
    bun) echo jsonc-parser ;;
    pnpm | conda-lock | pixi | pubspec | podfile) echo js-yaml yaml CSafeLoader ;;
    yarn-berry) echo js-yaml @yarnpkg/parsers ;;
    cargo | uv | poetry | pdm | pylock | julia | mise) echo smol-toml @iarna/toml tomllib ;;
    yarn) echo @yarnpkg/lockfile @yarnpkg/parsers ;;
    gemfile) echo @snyk/gemfile ;;
    terraform) echo hcl2-parser ;;
    gradle-verification) echo txml fast-xml-parser ElementTree ;;
    requirements | gosum | gomod | gradle | mix) ;;
    *) echo JSON.parse json ;;
    esac
}

library_of() {
    case $1 in
    pnpm | conda-lock | pixi | pubspec | podfile | yarn-berry) echo yaml ;;
    gradle-verification) echo xml ;;
    esac
}

time_of() {
    case $1 in
    ours) "$build/tests/bench/parse" "$2" | cut -d' ' -f3 ;;
    yaml-alone | xml-alone) "$build/tests/bench/events" "${1%-alone}" "$2" ;;
    json | CSafeLoader | tomllib | ElementTree) "$here/readers.py" "$1" "$2" ;;
    *) node "$here/readers.js" "$1" "$2" ;;
    esac
}

# row FORMAT FILE BAR
row() {
    local library turn reader
    library=$(library_of "$1")
    for turn in 1 2 3; do
        for reader in ours $(readers_of "$1") ${library:+$library-alone}; do
            echo "$reader $(time_of "$reader" "$2")"
        done
    done | sort -k1,1 -k2,2n | awk -v format="$1" -v bar="$3" -v bytes="$(stat -c %s "$2")" '
        { turns[$1]++; if (turns[$1] == 2) middle[$1] = $2 }
        END {
            for (name in middle)
                if (name ~ /-alone$/) alone = middle[name]
                else if (name != "ours" && (!best || middle[name] < middle[best])) best = name
            ours = middle["ours"]
            printf "%-20s %8d %9.0f %5d  ", format, bytes, ours, bytes / ours
            if (!best) { print "no reader"; exit }
            ratio = middle[best] / ours
            verdict = ratio >= bar ? "ok" : alone && ours <= 1.5 * alone ? "its library" : "MISSED"
            printf "%-18s %9.0f %6.1f x  bar %d x  %-12s", best, middle[best], ratio, bar, verdict
            if (alone) printf "%9.0f, which is %.1f x", alone, middle[best] / alone
            print ""
            exit verdict == "MISSED"
        }' || failed=1
}

heading() {
    printf '%-20s %8s %9s %5s  %-18s %9s %8s\n' "$1" bytes us MB/s "fastest reader" us ratio
}

"${LUA:-lua5.4}" "$here/documents.lua" "$work"
heading "made up"
for directory in "$work"/*/; do
    format=$(basename "$directory")
    file=$(find "$directory" -type f)
    row "$format" "$file" "$([ "$format" = npm ] && echo 8 || echo 3)"
done

[ -d "$corpus" ] || exit $failed
heading real
for directory in "$corpus"/*/; do
    format=$(basename "$directory")
    [ "$format" != pairs ] || continue
    file=$(find "$directory" -type f -size +20k -printf '%s %p\n' | sort -rn | sed -n '1s/[^ ]* //p')
    [ -z "$file" ] || row "$format" "$file" "$([ "$format" = npm ] && echo 8 || echo 3)"
done
exit $failed
