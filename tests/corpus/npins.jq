#!/usr/bin/env -S jq -rf
.pins | to_entries[] | .key + "\t" + (.value.version // "")
