#!/usr/bin/env -S jq -rf
.packages[], (.["packages-dev"] // [])[] | .name + "\t" + .version
