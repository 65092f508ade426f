#!/usr/bin/env python3
"""Packages of a rebar.lock, see core/formats/rebar.c."""
import re
import sys

text = open(sys.argv[1], encoding="utf-8-sig").read().split("{pkg_hash,")[0]
seen = set()
for key, kind, first, version in re.findall(
        r'\{\s*<<"([^"]+)">>\s*,\s*\{\s*(\w+)\s*,\s*(?:<<)?"([^"]*)"[^,]*,\s*(?:<<"([^"]+)")?', text):
    if key not in seen:
        print(first + "\t" + version if kind == "pkg" else key + "\t")
    seen.add(key)
