#!/bin/bash
# The figures, as ratios within one run; medians, with the 10th and 90th percentile.
# Usage: run.sh BUILD. Exits 1 when a bar is missed. At prompts, ours is what the hook adds to one, and the floor what
# /bin/true in its place adds.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CI CONTINUOUS_INTEGRATION BUILD_NUMBER RUN_ID TF_BUILD NO_UPDATE_NOTIFIER UPNUDGE_QUIET UPNUDGE_POLICY
unset AI_AGENT AGENT CLAUDECODE CODEX_THREAD_ID CODEX_SANDBOX CURSOR_AGENT GEMINI_CLI OPENCODE
unset COPILOT_CLI AUGMENT_AGENT CLINE_ACTIVE ANTIGRAVITY_AGENT GOOSE_TERMINAL QWEN_CODE
export XDG_CONFIG_HOME=$work/config
now=1800000000
state=$work/state
env=$work/env
mkdir -p "$env/.flox/env"
cp "$here/fixtures/demo/manifest.lock" "$env/.flox/env/"
lockfile=$env/.flox/env/manifest.lock
# What is checked as soon as it is written has to be compared by content.
sleep 2.1
"$build/upnudge" check "$env" --state-dir "$state" --now $now --new "$here/fixtures/demo/upgraded.lock" >/dev/null
"$build/upnudge" notify "$env" --state-dir "$state" --now $((now + 5)) --tty 2>/dev/null
record=$(echo "$state"/*/record.json)
notified=$(echo "$state"/*/notified.json)

failed=0
# row NAME OURS FLOOR BAR: ours and floor are "median p10 p90" in microseconds
row() {
    awk -v name="$1" -v ours="$2" -v floor="$3" -v bar="$4" 'BEGIN {
        split(ours, o); split(floor, f); ratio = o[1] / f[1]
        printf "%-44s %8.1f (%.1f-%.1f)  %8.1f (%.1f-%.1f)  %5.2f x  bar %s x  %s\n", name,
            o[1], o[2], o[3], f[1], f[2], f[3], ratio, bar, ratio <= bar ? "ok" : "MISSED"
        exit ratio > bar }' || failed=1
}
printf '%-44s %-24s %-24s %s\n' "" "upnudge, us (p10-p90)" "floor, us (p10-p90)" "ratio"

notify=("$build/upnudge" notify "$env" --state-dir "$state" --tty)
# Of three in turn the last two are due, since each is days from the other (a last notice in the future
# counts as none), and the first is not, being a moment after the third.
quiet=("${notify[@]}" --now $((now + 700010)))
due=("${notify[@]}" --now $((now + 1400000)))
due_again=("${notify[@]}" --now $((now + 700000)))
expect() { code=0; "${@:2}" --exit-code 2>/dev/null || code=$?; [ $code = "$1" ] || { echo "${*:2}: $code"; exit 1; }; }
for turn in 1 2; do
    expect 100 "${due[@]}"
    expect 100 "${due_again[@]}"
done
# What stands rests on no file that is younger than two seconds.
for turn in 1 2; do
    sleep 3.1
    expect 0 "${quiet[@]}"
done
standing=$(dirname "$record")/standing
looked=("$XDG_CONFIG_HOME/upnudge/policy.lua" /etc/xdg/upnudge/policy.lua "$(dirname "$record")/beside" "$record"
    "$(dirname "$record")/choices.json" "$lockfile" "$notified")
mapfile -t process < <("$build/tests/bench/process" 1000 /bin/true -- "${quiet[@]}" -- "$build/tests/bench/look" "$env" "$standing" "${looked[@]}")
held=$(cut -d' ' -f3 "$standing" | head -1)
[ "$((10#$held))" -ge 1000 ] || { echo "an answer stood $((10#$held)) times only"; failed=1; }
row "notify, quiet, whole process / true" "${process[1]}" "${process[0]}" 0.8
row "the same / a static program with its calls" "${process[1]}" "${process[2]}" 1.1
while read -r name median low high; do
    declare "${name//-/_}=$(awk -v a="$median" -v b="$low" -v c="$high" 'BEGIN {print a/1e3, b/1e3, c/1e3}')"
done < <("$build/tests/bench/activation" "$state" "$env" "$lockfile" "$record" "$notified" \
    "$(dirname "$record")/choices.json" "$(dirname "$record")/beside" $((now + 700010)))
mapfile -t process < <("$build/tests/bench/process" 1000 /bin/true -- "${due[@]}" -- "${due_again[@]}")
row "notify, notifying, whole process / true" "${process[1]}" "${process[0]}" 1.4
row "decision, quiet / its bare system calls" "$decision" "$bare_calls" 1.3
row "opening the runtime / luaL_newstate + openlibs" "$open" "$bare_lua" 2
[ "$(awk -v d="${decision%% *}" 'BEGIN {print (d <= 10)}')" = 1 ] || { echo "the decision takes more than 10 us"; failed=1; }

# The home directory ends the search; what comes and goes above it is nobody's.
outside=$work/none/here
export HOME=$work
mkdir -p "$outside"
nothing=("$build/upnudge" notify "$outside" --project --state-dir "$state" --tty)
for turn in 1 2; do
    sleep 3.1
    expect 0 "${nothing[@]}"
done
mapfile -t process < <("$build/tests/bench/process" 1000 /bin/true -- "${nothing[@]}")
held=$(cut -d' ' -f3 "$state/standing" | head -1)
[ "$((10#$held))" -ge 1000 ] || { echo "outside of a project an answer stood $((10#$held)) times only"; failed=1; }
row "notify outside of a project / true" "${process[1]}" "${process[0]}" 0.8
while read -r shell a b c d e f g h i asking staying; do
    row "prompt of $shell where the hook asks / true" "$a $b $c" "$g $h $i" 0.8
    row "prompt of $shell where it does not / true" "$d $e $f" "$g $h $i" 0.8
    [ "$asking $staying" = "1 0" ] || [ "$asking" = - ] ||
        { echo "a prompt of $shell starts $asking processes where the hook asks, $staying where it does not"; failed=1; }
done < <(python3 "$here/bench/prompt.py" "$build" 200)

# Two sorts of lockfile of 100 KB by turns, on the disk where the build is: in memory nothing is synced.
committed=$(mktemp -d "$build/commit.XXXXXX")
trap 'rm -rf "$work" "$committed"' EXIT
lock() {
    awk -v from="$1" 'BEGIN {
        printf "{\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"app\"}"
        for (i = 0; i < 500; i++) {
            printf ",\"node_modules/package-%d\":{\"version\":\"%d.%d.0\",", i, i % 5 ? 1 : from, i % 7
            printf "\"resolved\":\"https://registry.example.org/package-%d.tgz\",\"integrity\":\"sha512-%086d==\"}", i, i * 7919
        }
        print "}}"
    }'
}
mkdir "$committed/env"
lock 1 >"$committed/env/package-lock.json"
lock 2 >"$committed/new"
lock 3 >"$committed/other"
mapfile -t commit < <("$build/tests/bench/commit" "$committed/state" "$committed/env" "$committed/new" "$committed/other")
case $(stat -f -c %T "$committed") in
tmpfs | ramfs) echo "no disk: the writing of a commit was not compared" ;;
*) row "commit of a check, its writing / bare" "${commit[0]}" "${commit[1]}" 1.2 ;;
esac
exit $failed
