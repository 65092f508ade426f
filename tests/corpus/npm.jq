#!/usr/bin/env -S jq -rf
# Packages of an npm lockfile, see core/formats/npm.c.
def nested: (.dependencies // {}) | to_entries[] | {name: .key, version: .value.version}, (.value | nested);
if .lockfileVersion == 1 then nested
else .packages | to_entries[] | select((.key | test("(^|/)node_modules/")) and (.value.link | not))
     | {name: (.value.name // (.key | sub("^(.*/)?node_modules/"; ""))), version: .value.version} end
| .name + "\t" + (.version // "")
