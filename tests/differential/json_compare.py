#!/usr/bin/env python3
"""Our JSON reader against Python's. Usage: json_compare.py TREE SECONDS SEED DIRECTORY...

As toml_compare.py, with Python's json module for the other reader, told to refuse NaN, Infinity and
duplicate keys.

Differences that are meant:
  - a number beyond 64 bits or beyond a double is refused; Python takes any
  - nesting beyond 64 levels is refused
  - half of a surrogate pair is refused; Python lets it pass
"""

import json
import math
import sys

import campaign
from campaign import Refused

TOKENS = r"""{ } [ ] , : "a" "b" "" {} [] {"a":1} [1,2] "a": ,"b":2 0 -0 01 1.5 -1e5 1E+5 1. .5 1e400 1e-400
18446744073709551615 18446744073709551616 -9223372036854775808 123456789012345678901234567890 true
false null NaN Infinity tru \u0041 \ud83d\ude00 \ud83d \ude00 \u12 \n \x " / // /* */ é""".split()
TOKENS = [t.encode() for t in TOKENS] + [b" ", b"\n", b"\t", b"\r", b"\0", b"\x01", b"\xff", b"\xc0\x80", b"\xef\xbb\xbf"]

SNIPPETS = [
    b'{"a": 1, "b": [true, false, null, 1.5, -2e3], "c": {"d": "x\\u00e9\\n", "e": {}}}',
    b'[{"name": "a", "version": "1.0.0"}, {"name": "b", "version": "2.0.0"}, []]',
    b'{"packages": {"node_modules/a": {"version": "1.0.0", "dev": true}}, "lockfileVersion": 3}',
    b'["\\ud83d\\ude00", "\\\\", "\\"", "/", 0, -0, 1E+2, 9223372036854775807, 9223372036854775808]',
    ('[' * 62 + '1' + ']' * 62).encode(),
]


def wanted(_, name):
    return name.endswith((".json", ".resolved", "flake.lock", "devbox.lock", "composer.lock", "manifest.lock"))


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def refuse(word):
    raise ValueError(word)


def plain(value, depth):
    if isinstance(value, (dict, list)) and depth > 64:
        raise Refused
    if isinstance(value, dict):
        return {plain(key, depth): plain(member, depth + 1) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(element, depth + 1) for element in value]
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Refused from error
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        raise Refused
    if isinstance(value, float) and math.isinf(value):
        raise Refused
    return value


def theirs(text):
    try:
        text = text.removeprefix(b"\xef\xbb\xbf").decode()
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except UnicodeDecodeError:
        return None
    except ValueError as error:
        if "digits" in str(error):
            raise Refused from error
        return None
    except RecursionError as error:
        raise Refused from error
    return (plain(value, 1),)


def same(our, their):
    if isinstance(our, dict) and isinstance(their, (int, float)) and not isinstance(their, bool):
        return float(our["float"]) == float(their)
    if type(our) is not type(their):
        return False
    if isinstance(our, dict):
        return our.keys() == their.keys() and all(same(our[key], their[key]) for key in our)
    if isinstance(our, list):
        return len(our) == len(their) and all(map(same, our, their))
    return our == their


if __name__ == "__main__":
    sys.exit(campaign.run("json", wanted, SNIPPETS, TOKENS, theirs, same))
