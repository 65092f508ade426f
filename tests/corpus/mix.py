#!/usr/bin/env python3
"""Packages of a mix.lock by regular expressions on its lines."""
import re
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    hexed = re.match(r'\s*"[^"]+":? (?:=> )?\{:hex, :"?([^",]+)"?, "([^"]*)"', line)
    other = re.match(r'\s*"([^"]+)":? (?:=> )?\{:git,', line)
    if hexed:
        print(*hexed.groups(), sep="\t")
    elif other:
        print(other.group(1) + "\t")
