#!/usr/bin/env python3
"""Packages and snapshots of a stack.yaml.lock, see core/formats/stack.c: by indentation alone."""
import re
import sys

section, entries = "", []
for line in open(sys.argv[1], encoding="utf-8-sig"):
    if re.match(r"\w+:", line):
        section = line.split(":")[0]
    if line.startswith("- "):
        entries.append((section, {}))
    item = re.match(r"[- ] (\w+): *(.*)|    (\w+): *(.+)", line)
    if item and entries:
        part = item[1] or part
        name, value = (item[1], item[2]) if item[1] else (item[3], item[4])
        entries[-1][1][part, name] = value.strip("'\"")
for section, entry in entries:
    found = lambda name: entry.get(("completed", name), "")
    hackage = re.match(r"(.+)-([\d.]+)(?:@|$)", found("hackage"))
    if section == "packages" and hackage:
        print("\t".join(hackage.groups()))
    elif section == "packages" and found("name"):
        print(found("name") + "\t" + found("version"))
    elif section == "packages":
        continue
    else:
        asked = re.fullmatch(r"(lts|nightly)-(.+)", entry.get(("original", "original"), ""))
        place = re.search(r"/(lts|nightly)/(.*)\.yaml$", found("url"))
        print((asked[1] if asked else place[1] if place else found("url")) + "\t")
