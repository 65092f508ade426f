#!/usr/bin/env python3
"""Packages of a bun.lock: its trailing commas are dropped by a regular expression."""
import json
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
for entry in json.loads(re.sub(r",(\s*[\]}])", r"\1", text))["packages"].values():
    name, rest = re.match(r"(@?[^@]+)@(.*)", entry[0]).groups()
    if re.match(r"(workspace|root|link):", rest):
        continue
    print(name + "\t" + ("" if re.match(r"(https?|file|git\+|git|github|gitlab):|bitbucket:|gist:|git\+", rest) else rest))
