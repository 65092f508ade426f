#!/usr/bin/env python3
"""Packages of a pdm.lock, each once whatever its extras, see core/formats/pdm.c."""
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    packages = tomllib.load(file).get("package", [])
found = {(p["name"], p.get("version", ""), p.get("revision")) for p in packages if p.get("path") != "."}
for name, version, _ in found:
    print(name, version, sep="\t")
