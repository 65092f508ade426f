"""What the comparisons share: our reader as a process, seeded mutations, and the count."""

import json
import os
import random
import subprocess
import sys
import time

LARGEST_MUTATED = 20000


class Refused(Exception):
    """Their reader takes it, ours refuses it by one of the limits that the script lists."""


def documents(directories, wanted):
    for directory in directories:
        for folder, _, files in sorted(os.walk(directory)):
            for name in sorted(files):
                if not name.endswith(".expect") and wanted(folder, name):
                    with open(os.path.join(folder, name), "rb") as file:
                        yield os.path.join(folder, name), file.read()


def mutate(random_, text, others, tokens):
    text = bytearray(text)
    for _ in range(random_.choice((1, 1, 1, 2, 3, 5))):
        at = random_.randrange(len(text) + 1)
        end = min(len(text), at + random_.choice((1, 1, 2, 5, 20, 100)))
        kind = random_.randrange(7)
        if kind == 0 and at < len(text):
            text[at] ^= 1 << random_.randrange(8)
        elif kind == 1:
            del text[at:end]
        elif kind == 2:
            text[at:at] = text[at:end]
        elif kind == 3:
            other = random_.choice(others)
            start = random_.randrange(len(other) + 1)
            text[at:at] = other[start : start + random_.choice((3, 10, 40))]
        elif kind == 4:
            lines = bytes(text).split(b"\n")
            a, b = random_.randrange(len(lines)), random_.randrange(len(lines))
            lines.insert(a, lines[b])
            text = bytearray(b"\n".join(lines))
        else:
            text[at : at if random_.random() < 0.6 else end] = random_.choice(tokens)
    return bytes(text)


class Ours:
    def __init__(self, program, notation):
        self.process = subprocess.Popen([program, notation], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, text):
        self.process.stdin.write(b"%d\n" % len(text) + text)
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode()
        if not answer:
            raise SystemExit(f"{self.process.args[0]} died of {text[:2000]!r}")
        return (None, answer[1:-1]) if answer[0] == "!" else ((json.loads(answer),), "")


def agree(ours, name, text, theirs, same):
    our, error = ours.read(text)
    try:
        their = theirs(text)
    except Refused:
        their = None
    agreed = (our is None) == (their is None) and (our is None or same(our[0], their[0]))
    if not agreed:
        verdict = f"we refuse: {error}" if our is None else "they refuse" if their is None else "values differ"
        print(f"{name}: {verdict}: {text[:400]!r}")
        if our is not None and their is not None and len(text) < 2000:
            print(f"  ours   {our}\n  theirs {their}")
    return agreed


def run(notation, wanted, snippets, tokens, theirs, same):
    """Runs a campaign as the command line says; `theirs` gives (value,), or None where it refuses."""
    program, seconds, seed, *directories = sys.argv[1:]
    deadline = time.monotonic() + float(seconds)
    ours, random_, count, different = Ours(program, notation), random.Random(int(seed)), 0, 0
    found = list(documents(directories, wanted))
    for name, text in found:
        different += not agree(ours, name, text, theirs, same)
        count += 1
    small = [text for _, text in found if len(text) <= LARGEST_MUTATED] + snippets
    while time.monotonic() < deadline and different < 20:
        text = random_.choice(snippets if random_.random() < 0.7 else small)
        different += not agree(ours, f"mutation {count}", mutate(random_, text, small, tokens), theirs, same)
        count += 1
    print(f"{notation}: {count} documents, {different} different")
    return different > 0
