#!/usr/bin/env python3
"""Packages of a Julia Manifest.toml, see core/formats/julia.c."""
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    manifest = tomllib.load(file)
deps = manifest.get("deps", {}) if "manifest_format" in manifest else manifest
for name, packages in deps.items():
    for package in packages:
        print(name, package.get("version", ""), sep="\t")
