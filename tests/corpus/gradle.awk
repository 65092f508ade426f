#!/usr/bin/awk -f
!/^#/ && !/^empty=/ && /=/ {
    sub(/=.*/, "")
    split($0, part, ":")
    print part[1] ":" part[2] "\t" part[3]
}
