#!/usr/bin/env -S jq -rf
[.dependencies[] | to_entries[] | select(.value.type != "Project") | .key + "\t" + (.value.resolved // "")] | unique[]
