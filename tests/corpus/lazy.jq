#!/usr/bin/env -S jq -rf
# Plugins of a lazy-lock.json, which have no versions, see core/formats/lazy.c.
keys[] | select(. != "") + "\t"
