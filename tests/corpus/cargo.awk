#!/usr/bin/awk -f
# Packages of a Cargo.lock, see core/formats/cargo.c.
function flush() { if (name != "") print name "\t" version; name = version = "" }
/^\[/ { flush(); inside = $0 == "[[package]]" }
inside && /^name = / { name = $3; gsub(/"/, "", name) }
inside && /^version = / { version = $3; gsub(/"/, "", version) }
END { flush() }
