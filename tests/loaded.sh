#!/bin/bash
# The tests on a machine that has other things to do. Usage: loaded.sh LOOPS TIMES COMMAND...
#
# Starts LOOPS busy loops, runs COMMAND, by which tests are run, TIMES times beside them and says how long each
# took; ends the loops, also after a failure. Exits 1 when a run has failed.
set -u
[ $# -ge 3 ] || { echo "usage: loaded.sh LOOPS TIMES COMMAND..." >&2; exit 2; }
loops=$1 times=$2
shift 2
pids=() suite=
finish() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null
    [ -z "$suite" ] || kill -- "-$suite" 2>/dev/null
    pids=() suite=
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

for ((i = 0; i < loops; i++)); do
    # They end by themselves when nobody is left to end them.
    bash -c 'while kill -0 "$1" 2>/dev/null; do for ((i = 0; i < 1000000; i++)); do :; done; done' busy $$ &
    pids+=($!)
done

failed=0
for ((i = 1; i <= times; i++)); do
    echo "run $i of $times, beside $loops busy loops on $(nproc) processors"
    SECONDS=0
    # In a process group of its own and waited for, so that an interruption ends it, and at once.
    set -m
    "$@" </dev/null &
    suite=$!
    set +m
    wait "$suite" || failed=$((failed + 1))
    suite=
    echo "run $i took $SECONDS s"
done
echo "$((times - failed)) of $times runs passed beside $loops busy loops"
[ $failed = 0 ]
