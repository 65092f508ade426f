#!/bin/bash
# A bounded fuzz campaign. Usage: run.sh BUILD SECONDS
#
# SECONDS is for all targets together; as many run at once as there are processors. Seeds are our own
# fixtures; what a campaign finds stays in BUILD/corpus and starts the next one. Any crash, leak,
# input that takes over a second, or memory beyond 20 x the input is exit code 1, with the input in
# BUILD/faults.
set -u
build=$1 seconds=$2
targets="json yaml toml xml lines versions"
jobs=$(nproc)
each=$((seconds * jobs / $(wc -w <<<"$targets")))
[ "$each" -gt 0 ] || each=1
mkdir -p "$build/faults" "$build/seeds"

for fixture in tests/fixtures/*/*; do
    case $fixture in *.expect) ;; *) cp "$fixture" "$build/seeds/$(tr / - <<<"${fixture#tests/fixtures/}")" ;; esac
done

campaign() {
    mkdir -p "$build/corpus/$1"
    seeds=$build/seeds
    if [ "$1" = versions ]; then
        seeds=$build/seeds-versions
        mkdir -p "$seeds"
        for scheme in 0 1 2 3 4 5 6 7 8; do
            printf "\\x0$scheme%s\n%s" 1.2.3-rc.1+5 1.2.3.post1~2 >"$seeds/$scheme"
        done
    fi
    "$build/tests/fuzz/$1" -max_total_time="$each" -timeout=1 -rss_limit_mb=2048 -max_len=65536 -verbosity=0 \
        -print_final_stats=1 -dict=tests/fuzz/words.dict -artifact_prefix="$build/faults/$1-" \
        "$build/corpus/$1" "$seeds" >"$build/$1.log" 2>&1
    local code=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log")
    printf '%-10s %10s inputs in %3s s  %s\n' "$1" "${runs:-?}" "$each" "$([ $code = 0 ] && echo ok || echo "FAULT, see $build/$1.log")"
    return $code
}
export -f campaign
export build each

failed=0
printf '%s\n' $targets | xargs -P "$jobs" -I{} bash -c 'campaign {}' || failed=1
exit $failed
