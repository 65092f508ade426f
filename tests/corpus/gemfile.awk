#!/usr/bin/awk -f
# Gems four blanks in, without their platforms; not those of the project itself.
/^[A-Z]/ { section = $0; remote = "" }
/^  remote: / { remote = $2 }
/^    [^ ].* \(/ && section ~ /^(GEM|GIT|PATH|PLUGIN SOURCE)$/ && !(section == "PATH" && remote == ".") {
    version = substr($2, 2, length($2) - 2)
    sub(/-.*/, "", version)
    print $1 "\t" version
}
