#!/bin/bash
# Packages of real lockfiles against independent counters. Usage: run.sh DIRECTORY [FORMAT...]
#
# DIRECTORY has MANIFEST.tsv (file, format, …) and PAIRS.tsv (n, format, …, old, new). Beside this
# script there is one counter a format, which says again what a package is, in jq, Python or awk: it
# prints "name<TAB>version" for each package of the file it is given. Any difference to what
# `upnudge parse` says, in count, names or versions, is exit code 1. UPNUDGE names the command.
set -u
upnudge=${UPNUDGE:-build/upnudge}
counters=$(dirname "$0")
[ $# -ge 1 ] && [ -d "$1" ] || { echo "usage: run.sh DIRECTORY [FORMAT...]" >&2; exit 2; }
corpus=$1
shift
wanted=" $* "
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

list() {
    awk -F'\t' 'NR > 1 { print $1 "\t" $2 }' "$corpus/MANIFEST.tsv"
    [ ! -f "$corpus/PAIRS.tsv" ] ||
        awk -F'\t' 'NR > 1 { print $5 "\t" $2; print $6 "\t" $2 }' "$corpus/PAIRS.tsv"
}

files=0 different=0
printf '%-100s %7s %7s\n' file upnudge counted
while IFS=$'\t' read -r file format; do
    [ "$wanted" = "  " ] || [[ $wanted == *" $format "* ]] || continue
    [ -f "$corpus/$file" ] || continue
    files=$((files + 1))
    : >"$work/theirs"
    counter=$(ls "$counters/$format".* 2>/dev/null)
    "$upnudge" parse --json "$corpus/$file" 2>"$work/fault" |
        jq -r '.packages[] | .name + "\t" + .version' | sort >"$work/ours"
    [ -z "$counter" ] || "$counter" "$corpus/$file" | sort >"$work/theirs"
    if [ -z "$counter" ]; then
        verdict="NO COUNTER"
    elif [ -s "$work/fault" ]; then
        verdict=$(head -c 200 "$work/fault")
    elif cmp -s "$work/ours" "$work/theirs"; then
        verdict=ok
    else
        verdict="DIFFERENT $(diff "$work/ours" "$work/theirs" | sed -n 2p)"
    fi
    [ "$verdict" = ok ] || different=$((different + 1))
    printf '%-100s %7s %7s %s\n' "$file" "$(wc -l <"$work/ours")" "$(wc -l <"$work/theirs")" "$verdict"
done < <(list)
echo "$files files, $different different"
[ "$files" -gt 0 ] && [ "$different" = 0 ]
