#!/usr/bin/env -S jq -rf
# Artifacts of a maven_install.json, see core/formats/maven_install.c.
[if .dependency_tree then
    .dependency_tree.dependencies[].coord // "" | split(":")
    | select(length < 5 or (.[3] | IN("sources", "javadoc") | not))
    | [.[0], .[1], (if length > 2 then .[-1] else "" end)]
else
    .artifacts | to_entries[] | (.key | split(":")) + [.value.version // ""] | [.[0], .[1], .[-1]] | select(.[1] != .[2])
end | select((.[0] // "") != "" and (.[1] // "") != "") | .[0] + ":" + .[1] + "\t" + .[2]] | unique[]
