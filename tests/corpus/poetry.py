#!/usr/bin/env python3
"""Packages of a poetry.lock, see core/formats/poetry.c."""
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    for package in tomllib.load(file)["package"]:
        print(package["name"], package["version"], sep="\t")
