#!/usr/bin/awk -f
# Packages of a Podfile.lock, see core/formats/podfile.c: by indentation alone.
/^[^ ]/ { inside = $1 == "PODS:" }
inside && /^  - / {
    gsub(/"|:$|^  - /, "")
    split($0, part, / \(|\)/)
    print part[1] "\t" part[2]
}
