#!/usr/bin/env -S jq -rf
# One package a system.
.packages | to_entries[]
| (if .key | test(":") then .key else .key | sub("@[^@]*$"; "") end) as $name
| ([.value.systems // {} | keys[]] | if length == 0 then [""] else . end)[] as $system
| $name + "\t" + (.value.version // "")
