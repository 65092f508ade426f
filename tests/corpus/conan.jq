#!/usr/bin/env -S jq -rf
[(.graph_lock.nodes // {} | .[] | select(.ref and (.path | not)) | .ref),
 ((.requires, .build_requires, .python_requires, .config_requires) // [] | .[])][]
| capture("^(?<name>[^/]+)/(?<version>[^@#%]+)") | .name + "\t" + .version
