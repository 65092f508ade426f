#!/usr/bin/env python3
"""Packages of a pixi.lock, see core/formats/pixi.c."""
import re
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as text:
    document = yaml.load(text, yaml.BaseLoader)
for package in document.get("package") or document["packages"]:
    place = package.get("conda") or package.get("pypi") or package.get("url") or package.get("path") or ""
    found = re.search(r"/([^/]+)-([^/-]+)-[^/-]+(\.conda|\.tar\.bz2)$", place)
    source = package.get("conda_source") or package.get("source", "")
    built = re.match(r"^([^\[ ]+)", source if isinstance(source, str) else "")
    name = package.get("name") or (found or built)[1]
    if built and re.search(r" @ \./?$", source):
        continue
    if place not in (".", "./"):
        print(name, package.get("version") or (found[2] if found else ""), sep="\t")
