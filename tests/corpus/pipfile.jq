#!/usr/bin/env -S jq -rf
to_entries[] | select(.key != "_meta") | .value | to_entries[] | select(.value.path != ".")
| .key + "\t" + ((.value.version // "") | sub("^==="; "") | sub("^=="; ""))
