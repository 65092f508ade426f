#!/usr/bin/env -S jq -rf
# Peer variants are one package.
(.packages // .) as $below
| [($below.jsr // {} | keys[]), ((if .version == "2" then .npm.packages else $below.npm end) // {} | keys[])]
| map(capture("^(?<name>@?[^@]+)@(?<version>[^_]+)") | .name + "\t" + .version) | unique[]
