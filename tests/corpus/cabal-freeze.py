#!/usr/bin/env python3
"""Pinned versions of a cabal.project.freeze, each once, see core/formats/cabal_freeze.c."""
import re
import sys

text = "\n".join(re.sub(r"^\s*--.*", "", line) for line in open(sys.argv[1], encoding="utf-8-sig"))
constraints = "".join(re.findall(r"^constraints:(.*(?:\n(?:[ \t].*)?)*)", text, re.M | re.I))
found = set()
for item in constraints.split(","):
    pin = re.fullmatch(r"\s*([\w.:-]+)\s*((?:==[\d.\s]+(?:\|\|)?\s*)+|installed)\s*", item)
    if pin and pin[1].split(".")[-1]:
        found |= {(pin[1].split(".")[-1], version) for version in re.findall(r"[\d.]+", pin[2]) or [""]}
for pair in found:
    print("\t".join(pair))
