#!/usr/bin/env -S jq -rf
# Packages of a Flox lockfile, see core/formats/flox.c.
if .["lockfile-version"] == 0
then [.packages[] | select(. != null) | to_entries[] | select(.value != null)
      | {name: .key, version: .value.info.version}]
else [.packages[] | {name: .install_id, version}] end
| .[] | .name + "\t" + (.version // "")
