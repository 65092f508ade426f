#!/usr/bin/awk -f
/^provider "/ { split($0, part, "\""); name = part[2] }
/^  version[ =]/ { split($0, part, "\""); print name "\t" part[2] }
