#!/usr/bin/env python3
"""Our TOML reader against Python's. Usage: toml_compare.py TREE SECONDS SEED DIRECTORY...

Feeds every *.toml and TOML lockfile below the directories, and seeded mutations of them, to TREE
(see tree.c) and to tomllib; any difference in what is accepted or in the values is printed. Prints
"N documents, N different" and exits 1 on a difference.

Differences that are meant:
  - an integer beyond 64 bits is refused; Python has no limit
  - nesting beyond 64 levels is refused; Python has no limit of its own
  - a byte order mark in front is skipped; tomllib takes a str, from which the caller strips it
Dates are kept as text in our trees, so both sides are compared as Python writes them.
"""

import datetime
import math
import os
import re
import sys
import tomllib

import campaign
from campaign import Refused

NAMES = (".toml", ".toml.lock", "Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "mise.lock")
FOLDERS = {"toml", "cargo", "uv", "poetry", "pdm", "pylock", "julia", "mise", "gleam"}
TOKENS = """a b c "a" 'a' "" a.b a.b.c . = == , [ ] { } [[ ]] [a] [[a]] [a.b] [[a.b]] [a.b.c] [b]
a=1 a.b=1 a.b.c=2 b.c=3 a={} a=[] a=[{}] a={b=1} a={b.c=1} {a.b=1,a.c=2} [{a=1},{b=2}] [1,2] [[1],[{}]]
0 +0 -0 01 1_0 1__0 _1 1_ 0x1F 0xg 0o17 0b101 +0x1 9223372036854775807 -9223372036854775808
1.5 1. .5 1.e1 1e5 1E+5 1e 1e-05 1_0.0_1 -0.0 inf +inf -inf nan -nan true false True
1979-05-27 1979-05-27T07:32:00Z 1979-05-27t07:32:00z 07:32:00 07:32:00.999999 1979-02-29 2000-02-29
24:00:00 23:59:60 1979-05-27T07:32:00-07:00 1979-05-27T07:32 0000-01-01 \"\"\" ''' " ' \\ \\u00e9
\\ud800 \\U0001F600 \\U00110000 \\x41 \\e \\b \\" # #x é \x00 \x01 \x7f \x80 \xef\xbb\xbf \r""".split(" ")
TOKENS = [t.encode("latin-1") for line in TOKENS for t in line.split("\n")]
TOKENS += [b"\n", b"\r\n", b" ", b"\t", b"\\\n", b"\n[a]\n", b"\n[[a]]\n", b"\na.b.c=1\n", b"1979-05-27 07:32:00"]


def wanted(folder, name):
    return name.endswith(NAMES) or os.path.basename(folder) in FOLDERS


SNIPPETS = [
    b"a = 1\nb = \"x\"\n[t]\nc = 1.5\nd = [1, 2, [3]]\n[[l]]\ne = {f = 1, g.h = 2}\n[[l]]\ne = 2\n[t.u]\nv = 1979-05-27\n",
    b"[a.b.c]\nz = 9\n[a]\ny = 1\nb.x = 2\n[a.d]\n",
    b"[[a.b]]\nx = 1\n[a.b.c]\ny = 2\n[[a.b]]\n[a.b.c]\n[[a.b.d]]\n",
    b"a.b.c = 1\na.b.d = 2\n[e]\na.b = 1\n[e.f]\n",
    b"s = \"\"\"\none \\\n  two\\u00e9\r\nthree\"\"\"\"\nt = '''\nx'y''z'''''\nu = 'a\\b'\n\"k e\\ty\" = 1\n'q' . w = 2\n",
    b"i = [0x1F, 0o17, 0b1, 1_000, -5, +7]\nf = [1.0, -1e5, 6.02e+23, inf, -nan]\nd = [1979-05-27T07:32:00.5Z, 07:32:00]\n",
    b"[x] # c\r\ny = [ # c\r\n {a = 1}, # d\r\n {b = [{c = 2}, {d.e = 3, d.f = {}}]},\r\n]\r\n",
    b"t = {a = {b = {c = [1, {d = []}]}}, e.f.g = 1, e.f.h = 2}\nx.\"\".y = ''\n",
]


def theirs(text):
    """What Python makes of it; None: refused; Refused: so do we, by our limits."""
    try:
        text = text.removeprefix(b"\xef\xbb\xbf").decode()
        if "\0" in text:
            return None
        value = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    except ValueError as error:  # more digits than Python converts
        if "digits" in str(error):
            raise Refused from error
        return None
    except RecursionError as error:
        raise Refused from error
    return (plain(value, 1),)


def plain(value, depth):
    if isinstance(value, (dict, list)) and depth > 64:
        raise Refused
    if isinstance(value, dict):
        return {key: plain(member, depth + 1) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(element, depth + 1) for element in value]
    if isinstance(value, bool) or isinstance(value, str):
        return value
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise Refused
        return value
    if isinstance(value, float):
        return ["float", "nan" if math.isnan(value) else repr(value)]
    return ["date", value.isoformat()]


DATE = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(\.\d+)?")


def normal_date(text):
    """As Python writes it, which keeps six digits of a second."""
    if not DATE.fullmatch(text):
        return None
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.upper().replace(" ", "T"))
    text = re.sub(r"\.(\d{1,5})(?!\d)", lambda m: "." + m[1].ljust(6, "0"), text)
    for kind in (datetime.date, datetime.time, datetime.datetime):
        try:
            return kind.fromisoformat(text).isoformat()
        except ValueError:
            pass
    return None


def same(our, their):
    if isinstance(their, list) and their[:1] == ["date"] and isinstance(our, str):
        return normal_date(our) == their[1]
    if isinstance(their, list) and their[:1] == ["float"] and isinstance(our, dict):
        return "nan" in our["float"] if their[1] == "nan" else repr(float(our["float"])) == their[1]
    if type(our) is not type(their):
        return False
    if isinstance(our, dict):
        return our.keys() == their.keys() and all(same(our[key], their[key]) for key in our)
    if isinstance(our, list):
        return len(our) == len(their) and all(map(same, our, their))
    return our == their


if __name__ == "__main__":
    sys.exit(campaign.run("toml", wanted, SNIPPETS, TOKENS, theirs, same))
