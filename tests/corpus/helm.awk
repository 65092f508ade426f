#!/usr/bin/awk -f
# Charts of a Chart.lock or a helmfile.lock, see core/formats/helm.c: by indentation alone.
function flush() {
    if (name != "" && !seen[name, version, place]++) print name "\t" version
    name = version = place = ""
}
{ sub(/\r$/, "") }
/^[^ -]/ { flush(); inside = /^dependencies:/ }
inside && /^ *- / { flush() }
inside && /^ *(- )? *name: / { name = $NF; gsub(/["']/, "", name) }
inside && /^ *(- )? *version: / { version = $NF; gsub(/["']/, "", version) }
inside && /^ *(- )? *repository: / { place = $NF }
END { flush() }
