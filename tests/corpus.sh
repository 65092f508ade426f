#!/bin/bash
# Package counts of real lockfiles against jq. Usage: corpus.sh DIRECTORY
#
# DIRECTORY has MANIFEST.tsv (file, format, …) and PAIRS.tsv (n, format, …, old, new). Every flox and
# npm file is counted by `upnudge parse` and by jq on the raw file; any difference is exit code 1.
# UPNUDGE names the command.
set -u
upnudge=${UPNUDGE:-build/upnudge}
[ $# = 1 ] && [ -d "$1" ] || { echo "usage: corpus.sh DIRECTORY" >&2; exit 2; }
corpus=$1

# What a package is, said again in jq: see core/formats/*.c.
declare -A counted=(
    [flox]='if .["lockfile-version"] == 0
            then [.packages[] | select(. != null) | .[] | select(. != null)] | length
            else .packages | length end'
    [npm]='def nested: (.dependencies // {}) | to_entries | map(1 + (.value | nested)) | add // 0;
           if .lockfileVersion == 1 then nested
           else [.packages | to_entries[]
                 | select((.key | test("(^|/)node_modules/")) and (.value.link | not))] | length end'
)

list() {
    awk -F'\t' 'NR > 1 { print $1 "\t" $2 }' "$corpus/MANIFEST.tsv"
    [ ! -f "$corpus/PAIRS.tsv" ] ||
        awk -F'\t' 'NR > 1 { print $5 "\t" $2; print $6 "\t" $2 }' "$corpus/PAIRS.tsv"
}

files=0 different=0
printf '%-90s %7s %7s\n' file upnudge jq
while IFS=$'\t' read -r file format; do
    [ -n "${counted[$format]:-}" ] && [ -f "$corpus/$file" ] || continue
    ours=$("$upnudge" parse --json "$corpus/$file" | jq '.packages | length')
    theirs=$(jq "${counted[$format]}" "$corpus/$file")
    verdict=ok
    [ -n "$ours" ] && [ "$ours" = "$theirs" ] || verdict=DIFFERENT different=$((different + 1))
    files=$((files + 1))
    printf '%-90s %7s %7s %s\n' "$file" "${ours:--}" "${theirs:--}" "$verdict"
done < <(list)
echo "$files files, $different different"
[ "$files" -gt 0 ] && [ "$different" = 0 ]
