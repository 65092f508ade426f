#!/bin/bash
# A bounded fuzz campaign. Usage: run.sh BUILD SECONDS [TARGET...]
#
# SECONDS is for each target; JOBS of them run at once, or one after the other, with the lowest priority. Seeds are our
# own: fixtures, ready-made policies, and what the families of Lua (family.c) have made by the program itself. What a
# campaign finds stays in BUILD/corpus and starts the next one, and BUILD/ran has for how long and how often each target
# has run since its last fault. Any crash, leak, input that takes too long or too much memory, or answer that is not
# what it should be is exit code 1, with the input in BUILD/faults.
set -u
build=$1 seconds=$2
shift 2
readers="json yaml toml xml lines versions lockfiles"
families=$(cd tests/fuzz && echo *.lua | sed 's/\.lua//g; s/ground//')
targets=${*:-$readers standing $families}
# In memory where there is such a place: the disk's own pace is none of ours.
memory=$([ -w /dev/shm ] && echo /dev/shm)
place=$(mktemp -d -p "${memory:-${TMPDIR:-/tmp}}" upnudge-fuzz.XXXXXXXX) || exit 1
trap 'rm -rf "$place"' EXIT
mkdir -p "$build/faults" "$build/seeds" "$build/ran"

# Nothing of whoever runs this. A child has no standard input.
program() {
    env -i PATH="$PATH" HOME="$place" FUZZ_PLACE="$place/$1" ${FUZZ_SEEDS:+FUZZ_SEEDS="$FUZZ_SEEDS"} \
        nice -n 19 "$build/tests/fuzz/$@" </dev/null
}

# The words of its seeds, as libFuzzer wants them.
words() { cat "$@" | LC_ALL=C grep -aoE '[A-Za-z@_][A-Za-z0-9_.-]{1,40}' | LC_ALL=C sort -u | sed 's/.*/"&"/'; }

sow() {
    local seeds=$build/seeds/$1
    rm -rf "$seeds" && mkdir -p "$seeds"
    case $1 in
    versions)
        for scheme in 0 1 2 3 4 5 6 7 8; do
            printf "\\x0$scheme%s\n%s" 1.2.3-rc.1+5 1.2.3.post1~2 >"$seeds/$scheme"
        done ;;
    json | yaml | toml | xml | lines | lockfiles)
        for fixture in tests/fixtures/*/*; do
            [ -f "$fixture" ] && [ "${fixture%.expect}" = "$fixture" ] || continue
            # Whole lockfiles begin with a line that says how they are called.
            { [ "$1" != lockfiles ] || basename "$fixture"; cat "$fixture"; } >"$seeds/$(tr / - <<<"${fixture#tests/fixtures/}")"
        done ;;
    *) FUZZ_SEEDS=$seeds program "$1" || return 1 ;;
    esac
    { cat tests/fuzz/words.dict; case " $families " in *" $1 "*) words "$seeds"/* ;; esac; } >"$build/seeds/$1.dict"
}

# Lua runs a hundred times as long as a reader, and gives memory back when it likes.
limits() {
    case " $families " in
    *" $1 "*) echo -timeout=10 -detect_leaks=0 -max_len=8192 ;;
    *) echo -timeout=1 -max_len=65536 ;;
    esac
}

# Adds to what the target has run so far; after a fault it begins anew.
account() {
    local before_seconds=0 before_runs=0
    [ -e "$build/ran/$1" ] && read -r before_seconds before_runs <"$build/ran/$1"
    [ "$4" = 0 ] || { before_seconds=0 before_runs=0; set -- "$1" 0 0 "$4"; }
    echo "$((before_seconds + $2)) $((before_runs + $3))" | tee "$build/ran/$1"
}

campaign() {
    local log=$build/$1.log begun code runs took all_seconds all_runs
    mkdir -p "$build/corpus/$1"
    sow "$1" >"$log" 2>&1 || { echo "$1 does not begin, see $log"; return 1; }
    begun=$SECONDS
    program "$1" -max_total_time="$seconds" $(limits "$1") -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
        -dict="$build/seeds/$1.dict" -artifact_prefix="$build/faults/$1-" "$build/corpus/$1" "$build/seeds/$1" >"$log" 2>&1
    code=$?
    took=$((SECONDS - begun)) runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    read -r all_seconds all_runs < <(account "$1" "$took" "${runs:-0}" "$code")
    printf '%-10s %9s inputs in %4s s, %6s a second; %10s in %6s s in all  %s\n' "$1" "${runs:-?}" "$took" \
        "$((${runs:-0} / (took > 0 ? took : 1)))" "$all_runs" "$all_seconds" \
        "$([ $code = 0 ] && echo ok || echo "FAULT, see $log")"
    return $code
}
export -f campaign program words sow limits account
export build seconds place families

failed=0
printf '%s\n' $targets | xargs -P "${JOBS:-1}" -I{} bash -c 'campaign {}' || failed=1
exit $failed
