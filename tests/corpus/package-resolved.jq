#!/usr/bin/env -S jq -rf
(.pins // .object.pins)[] | (.identity // .package) + "\t" + (.state.version // "")
