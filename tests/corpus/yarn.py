#!/usr/bin/env python3
"""Packages of a yarn.lock, of Yarn 1 line by line, of later ones by PyYAML."""
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
if "__metadata:" in text:
    import yaml

    for key, entry in yaml.load(text, yaml.BaseLoader).items():
        if key != "__metadata" and entry.get("linkType") != "soft":
            name = re.match(r"(@?[^@]+)@", entry["resolution"]).group(1)
            print(name + "\t" + entry["version"])
    sys.exit()
for header, body in re.findall(r"^(\S.*):\r?\n((?:[ \t]+.*\r?\n?)+)", text, re.M):
    name, wanted = re.match(r'"?(@?[^@"]+)@([^",]*)', header).groups()
    alias = re.match(r"npm:(@?[^@]+)", wanted)
    version = re.search(r'^  version "?([^"\r\n]*)', body, re.M).group(1)
    if not wanted.startswith("link:"):
        print((alias.group(1) if alias else name) + "\t" + version)
