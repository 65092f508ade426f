#!/usr/bin/env python3
"""Packages of a Gleam manifest.toml, see core/formats/gleam.c."""
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    for package in tomllib.load(file)["packages"]:
        if package.get("name"):
            print(package["name"], package.get("version", ""), sep="\t")
