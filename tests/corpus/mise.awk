#!/usr/bin/awk -f
# Tools of a mise.lock, see core/formats/mise.c.
/^\[/ { name = "" }
/^\[\[tools\./ { name = $0; sub(/^\[\[tools\./, "", name); sub(/\]\].*/, "", name); gsub(/"/, "", name) }
name != "" && /^version = / { version = $3; gsub(/"/, "", version); print name "\t" version }
