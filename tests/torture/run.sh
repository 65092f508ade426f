#!/bin/bash
# Checks and activations of several notifiers, many at once and killed at random, by one schedule: what goes wrong.
# Usage: run.sh BUILD NOTIFIER...; none: all. ROUNDS=20, SHELLS=16, SEED=1, LOG=BUILD/torture.log. What is fetched lies
# where bench-peers has it. A notifier that is not at hand has a row that says so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
BUILD=$(cd "$1" && pwd)
shift
export BUILD BENCH=$here/../bench PLACE=$BUILD/tests/bench/peers LOG=${LOG:-$BUILD/torture.log}
place=$PLACE
mkdir -p "$place"
. "$BENCH/obtain.sh"

# --- which are at hand, and of which version -----------------------------------------------------

# at_hand NAME VERSION, lacks NAME WHY
at_hand() { found+=("$1=$2"); }
lacks() { found+=("$1:$2"); }
found=()
for strategy in separate-lock simple stateless database; do
    at_hand "upnudge-$strategy" "$("$BUILD/upnudge" --version | head -n 1)"
done
if ! command -v node >/dev/null; then
    for name in update-notifier configstore; do lacks "$name" "no node here"; done
elif ! obtain_npm; then
    for name in update-notifier configstore; do lacks "$name" "npm cannot fetch it here ($place/npm.log)"; done
else
    cp "$here/notifiers/configstore.mjs" "$place/"
    for name in update-notifier configstore; do at_hand "$name" "$(version_of "$name"), node $(node --version)"; done
fi
if obtain_pip; then
    at_hand pip "$(pip_version), $("$place/pip/bin/python" --version)"
else
    lacks pip "no virtual environment can be made here ($place/pip.log)"
fi
at_hand stamp "$(dpkg-query -W -f 'dash ${Version}' dash 2>/dev/null || echo sh)"
if command -v jq >/dev/null && command -v flock >/dev/null; then
    for name in flock flock-wait; do at_hand "$name" "bash ${BASH_VERSION%%(*}, $(jq --version)"; done
else
    for name in flock flock-wait; do lacks "$name" "no flock or no jq here"; done
fi
at_hand flox "in $(/usr/bin/python3 --version)"

exec /usr/bin/python3 "$here/torture.py" "${found[@]}" -- "$@"
