#!/usr/bin/env -S jq -rf
.Packages[] | .Package + "\t" + (.Version // "")
