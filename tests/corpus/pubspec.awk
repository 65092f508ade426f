#!/usr/bin/awk -f
# Packages of a pubspec.lock, see core/formats/pubspec.c: by indentation alone.
/^[^ #]/ { inside = $1 == "packages:" }
inside && /^  [^ ]/ { name = $1; sub(/:$/, "", name) }
inside && /^      name: / { name = $2 }
inside && /^    version: / { gsub(/"/, "", $2); print name "\t" $2 }
