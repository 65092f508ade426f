#!/usr/bin/env python3
"""Packages of a pylock.toml, see core/formats/pylock.c."""
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    for package in tomllib.load(file).get("packages", []):
        if package.get("directory", {}).get("path") != ".":
            print(package["name"], package.get("version", ""), sep="\t")
