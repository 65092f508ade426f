#!/bin/bash
# The activation of a tool, as such a thing is often written: one lock, one file, one cadence.
# NOW: seconds since the epoch, in the place of the clock's. LOCK=-x: it waits for the lock.
state=$XDG_CACHE_HOME/tool/upgrades.json
exec 9>"$state.lock"
flock "${LOCK:--n}" 9 || exit 0
now=${NOW:-$(date +%s)}
last=$(jq -r '.notified_at // 0' "$state")
[ $((now - last)) -ge 604800 ] || exit 0
count=$(jq -r '.upgrades | length' "$state")
[ "$count" -gt 0 ] || exit 0
jq --argjson now "$now" '.notified_at = $now' "$state" >"$state.new" && mv "$state.new" "$state"
echo "$count upgrades available" >&2
