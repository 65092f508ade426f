#!/usr/bin/awk -f
# Modules whose code go.sum names.
$2 !~ /\/go\.mod$/ && NF { print $1 "\t" $2 }
