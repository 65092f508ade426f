#!/usr/bin/env -S jq -rf
# Modules of a MODULE.bazel.lock, see core/formats/bazel.c.
if .moduleDepGraph then
    .moduleDepGraph | to_entries[] | select(.key != "<root>" and (.key | endswith("@_") | not))
    | .value | objects | select(.name) | "\(.name)\t\(.version)"
else
    .registryFileHashes | to_entries[] | select(.value)
    | .key | capture("/modules/(?<name>[^/]+)/(?<version>[^/]+)/source\\.json$") | "\(.name)\t\(.version)"
end
