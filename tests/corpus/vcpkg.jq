#!/usr/bin/env -S jq -rf
(.overrides // []) as $pinned | ($pinned | map(.name)) as $names
| ($pinned + [(.dependencies // [])[] | if type == "string" then {name: .} else . end
   | select(.name as $n | $names | index([$n]) | not)])[]
| .name + "\t" + (.version // ."version-semver" // ."version-date" // ."version-string" // ."version>=" // "")
