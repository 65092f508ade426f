#!/usr/bin/env python3
"""Packages of an uv.lock, see core/formats/uv.c."""
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    lock = tomllib.load(file)
members = set(lock.get("manifest", {}).get("members", []))
for package in lock.get("package", []):
    source = package["source"]
    local = [source[kind] for kind in ("editable", "virtual", "directory") if kind in source]
    if not (local and (local == ["."] or package["name"] in members)):
        print(package["name"], package.get("version", ""), sep="\t")
