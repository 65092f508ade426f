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
    if section == "packages" and found("hackage"):
        print("\t".join(re.match(r"(.+)-([\d.]+)(?:@|$)", found("hackage")).groups()))
    elif section == "packages":
        print(found("name") + "\t" + found("version"))
    else:
        asked = re.fullmatch(r"(lts|nightly)-(.+)", entry.get(("original", "original"), ""))
        place = re.search(r"/(lts|nightly)/(.+)\.yaml$", found("url"))
        if asked:
            print(asked[1] + "\t" + asked[2])
        elif place:
            numbers = place[2].split("/")
            print(place[1] + "\t" + (".".join(numbers) if place[1] == "lts" else "-".join(f"{n:0>2}" for n in numbers)))
        else:
            print(found("url") + "\t")
