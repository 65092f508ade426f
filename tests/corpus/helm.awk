#!/usr/bin/awk -f
# Charts of a Chart.lock or a helmfile.lock, see core/formats/helm.c: by indentation alone.
function flush() {
    if (name != "") print name "\t" version
    name = version = ""
}
{ sub(/\r$/, "") }
/^[^ -]/ { flush(); inside = /^dependencies:/ }
inside && /^ *- / { flush() }
inside && /^ *(- )? *name: / { name = $NF; gsub(/["']/, "", name) }
inside && /^ *(- )? *version: / { version = $NF; gsub(/["']/, "", version) }
END { flush() }
