#!/bin/bash
# Our readers against others. Usage: run.sh TREE DIRECTORY...
#
# TREE is the program of tree.c. Beside this script stands one NOTATION_compare.py for each notation that is
# compared; each is run as `NOTATION_compare.py TREE SECONDS SEED DIRECTORY...`, prints "N documents, N
# different" and fails on a difference. DIFFERENTIAL_SECONDS and SEED may be set from outside.
set -u
[ $# -ge 2 ] || { echo "usage: run.sh TREE DIRECTORY..." >&2; exit 2; }
tree=$1
shift
failed=0
for script in "$(dirname "$0")"/*_compare.py; do
    "$script" "$tree" "${DIFFERENTIAL_SECONDS:-15}" "${SEED:-1}" "$@" || failed=1
done
exit $failed
