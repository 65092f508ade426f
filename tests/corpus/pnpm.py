#!/usr/bin/env python3
"""Packages of a pnpm lockfile, see core/formats/pnpm.c."""
import re
import sys

import yaml

seen = set()
with open(sys.argv[1], encoding="utf-8") as text:
    documents = list(yaml.load_all(text, yaml.BaseLoader))
for document in documents:
    major = int(document["lockfileVersion"].split(".")[0])
    patterns = {
        True: r"^(?:[^/@]*/)?(?P<name>(@[^/]+/)?[^/@]+)/(?P<version>[0-9][^/_]*)",
        False: r"^(?:[^/@]*/)?(?P<name>(@[^/]+/)?[^/@]+)@(?P<version>[0-9][^(]*)",
    }
    for path, entry in (document.get("packages") or {}).items():
        found = re.match(patterns[major < 6], path)
        plain = re.match(r"^(@?[^@(]+)@", path)
        name = entry.get("name") or (found or plain or {1: path})["name" if found else 1]
        version = entry.get("version") or (found["version"] if found else "")
        if (name, version or path) not in seen:
            seen.add((name, version or path))
            print(name, version, sep="\t")
