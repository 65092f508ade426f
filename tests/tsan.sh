#!/bin/bash
# Hosts with threads, and the unit tests that have some, under ThreadSanitizer. Usage: tsan.sh BUILD ROUNDS
#
# Nothing is suppressed. Lua itself is Debian's and not instrumented; all of ours is, upnudge-cli too. Any report is exit
# code 1, and is printed.
set -u
build=$1 rounds=$2
work=$(mktemp -d -t 'upnudge tsan.XXXXXXXX') || exit 1
trap 'rm -rf "$work"' EXIT
export TSAN_OPTIONS="exitcode=66 log_path='$work/report'"
failed=0

# run TITLE COMMAND...
run() {
    local title=$1 code
    shift
    timeout 600 "$@" >"$work/out" 2>&1
    code=$?
    printf '%-28s %s\n' "$title" "$(tail -n 1 "$work/out")"
    [ "$code" = 0 ] || { failed=1; echo "exit code $code"; cat "$work/out"; }
}

sed 's/4\.17\.20/4.17.21/' tests/fixtures/webshop/package-lock.json >"$work/new"
for strategy in separate-lock simple stateless database; do
    # Its last check in the background may still be at it when the next one begins.
    place=$work/$strategy
    mkdir -m 700 "$place" "$place/state" "$place/env" "$place/other"
    cp tests/fixtures/webshop/package-lock.json "$place/env"
    cp tests/fixtures/webshop/package-lock.json "$place/other"
    printf 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", strategy = "%s", %s rules = { u.rule "r" { notify = u.every "1d" } } }\n' \
        "$strategy" "$([ $strategy != database ] || printf 'database = "sqlite:%s", deadline = "1500ms",' "$place/state/shared.sqlite")" \
        >"$place/policy.lua"
    run "threads, $strategy" "$build/tests/host/threads" "$place/state" "$place/env" "$place/other" "$work/new" \
        "$place/policy.lua" "$rounds"
done
for kill in "" kill; do
    run "busy, database${kill:+, killed}" sh -c '"$@" && grep -c ^told "$2" | sed "s/^/told /; s/$/ times/"' sh \
        "$build/tests/host/busy" "$work/told" "$place/state" "$place/policy.lua" "$place/env" \
        $((1900000000 + ${#kill} * 86400 * 365)) "$rounds" $kill
done
for test in json owner child question; do
    run "$test" "$build/tests/unit/${test}_test"
done
if ls "$work"/report.* >/dev/null 2>&1; then
    failed=1
    cat "$work"/report.*
fi
[ "$failed" = 0 ] && echo "no report"
exit $failed
