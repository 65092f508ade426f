#!/usr/bin/env -S jq -rf
# Modules of a MODULE.bazel.lock, see core/formats/bazel.c.
if .moduleDepGraph then
    .moduleDepGraph | to_entries[] | select(.key != "<root>") | .value | objects
    | select(.name and (.name | IN("bazel_tools", "local_config_platform") | not)) | "\(.name)\t\(.version)"
else
    .registryFileHashes | to_entries[] | select(.value)
    | .key | capture("/modules/(?<name>[^/]+)/(?<version>[^/]+)/source\\.json$") | "\(.name)\t\(.version)"
end
