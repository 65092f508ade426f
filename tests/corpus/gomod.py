#!/usr/bin/env python3
"""Modules of a go.mod, replaced ones by what replaces them."""
import re
import sys

text = re.sub(r"//.*", "", open(sys.argv[1], encoding="utf-8").read())
text = re.sub(r"^(\w+) \((.*?)^\)", lambda m: "\n".join(
    m.group(1) + " " + line for line in m.group(2).splitlines() if line.strip()), text, flags=re.M | re.S)
replaced = {}
for old, version, new, to in re.findall(r'^replace\s+(\S+)(?:\s+(v\S+))?\s+=>\s+(\S+)(?:\s+(\S+))?', text, re.M):
    replaced[old, version] = (new, to)
for name, version in re.findall(r"^require\s+(\S+)\s+(\S+)", text, re.M):
    new = replaced.get((name, version)) or replaced.get((name, "")) or (name, version)
    if new[1]:
        print(*new, sep="\t")
