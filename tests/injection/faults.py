#!/usr/bin/env python3
"""Lets each system call of each operation fail, one at a time, with each error that it can give: faults.py WORD...

WORDs choose the operations in whose names one of them is. BUILD is the build directory, MOST how many faults of each operation are tried (all unless given), SEED which, and PLAN
the one that is, or how those begin that are, as "0:openat" or "memory". It prints a row for each operation, and in LOG, or on standard output, what went wrong and by which
plan; it exits with 1 where something did, with 77 where nobody may be traced.
"""
import collections
import ctypes
import dataclasses
import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import errors
import operations

BUILD = os.path.realpath(os.environ["BUILD"])
INJECT = BUILD + "/tests/injection/inject"
MOST = int(os.environ.get("MOST") or 0)
SEED = os.environ.get("SEED") or "1"
PLAN = os.environ.get("PLAN")
CANNOT, BUSY = 77, 75
HANG = 20
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGPIPE, signal.SIGXFSZ}
# The full command, whose request for memory is refused that is asked for (tests/memory/fail.c).
# A blank in the path of the build would part $LD_PRELOAD.
REFUSED = ["/usr/bin/env", "LD_LIBRARY_PATH={{build}}/tests/memory", "LD_PRELOAD=fail.so", "MEMORY_REFUSE={n}",
           "MEMORY_ASKED={{work}}/said/asked", "{{build}}/upnudge-cli"]
# glibc's loader ends who has no memory for its table of unique symbols (core/tree/json.c).
LOADER_ENDS = (127, "out of memory\n")
# What no message to a person is.
RAW = re.compile(r"assert|traceback|\.lua:\d|attempt to |\[C\]|nil value|bad argument")


# What an answer has to have that is not the usual one.
TROUBLE = {os.strerror(errors.number(name)) for names in errors.ERRORS.values() for name in names} \
    | {"memory", "cannot", "no check has run yet", "No such file or directory", "has no locks"}


# --- one run -----------------------------------------------------------------------------------

@dataclasses.dataclass
class Call:
    process: str
    name: str
    n: int
    started: bool
    result: int
    words: list

    def __str__(self):
        return f"{self.process}:{self.name}:{self.n}"


@dataclasses.dataclass
class Run:
    """What came of a process under the tracer."""
    calls: list
    hits: list
    ends: list      # of (process, "exit" or "signal", number)
    hung: list
    open: list
    out: str
    err: str

    @property
    def code(self):
        return next((number if how == "exit" else -number for process, how, number in self.ends if process == "0"), None)


def parse(lines, out, err):
    run = Run([], [], [], [], [], out, err)
    for line in lines:
        kind, *words = line.split()
        if kind == "call":
            run.calls.append(Call(words[0], words[1], int(words[2]), words[3] == "run", int(words[4]), words[5:]))
        elif kind == "hit":
            run.hits.append((f"{words[0]}:{words[1]}:{words[2]}", int(words[3])))
        elif kind == "end":
            run.ends.append((words[0], words[1], int(words[2])))
        elif kind == "hung":
            run.hung.append(words[0])
        elif kind == "open":
            run.open.append(" ".join(words[1:]))
    return run


class Place:
    """A directory with an environment, a home, and states that are kept to begin from."""

    def __init__(self):
        self.work = tempfile.mkdtemp(prefix="upnudge faults.")
        for name in ("env", "state", "kept", "home", "run", "said"):
            os.mkdir(f"{self.work}/{name}")
        self.variables = {"HOME": self.work + "/home", "PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC",
                          "XDG_CONFIG_DIRS": self.work + "/home"}
        self.words = {"upnudge": BUILD + "/upnudge", "build": BUILD, "work": self.work, "env": self.work + "/env",
                      "state": self.work + "/state", "kept": self.work + "/kept"}
        operations.furnish(self)

    def close(self):
        shutil.rmtree(self.work)

    def restore(self, name):
        shutil.rmtree(self.work + "/state")
        shutil.copytree(f"{self.work}/kept/{name}", self.work + "/state")

    def spell(self, words):
        return [word.format(**self.words) for word in words]

    def start(self, words, operation):
        said = [open(f"{self.work}/said/{name}", "w+b") for name in ("out", "err")]
        ended = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=said[0], stderr=said[1],
                               env={**self.variables, **operation.variables},
                               cwd=self.spell([operation.directory])[0])
        texts = []
        for file in said:
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
            file.close()
        return ended.returncode, texts[0], texts[1]

    def traced(self, operation, plan):
        report, words = self.work + "/said/report", operation.words
        if plan.startswith("memory:"):
            words = [word.format(n=plan[7:]) for word in REFUSED] + words[1:]
            plan = "list"
        code, out, err = self.start([INJECT, BUILD + "/", report, str(HANG), plan] + self.spell(words), operation)
        if code == CANNOT:
            sys.exit(CANNOT)
        assert code == 0, f"the tracer ended with {code}: {err}"
        with open(report, errors="replace") as file:
            return parse(file, re.sub(r"/upnudge-cli('?\n)", r"/upnudge\1", out), err)

    def requests(self, operation):
        """How often the full command asks for memory."""
        self.restore(operation.kept)
        self.traced(operation, "memory:0")
        with open(self.work + "/said/asked") as file:
            return int(file.read())

    def untraced(self, operation):
        """Without a fault; the tracer waits for who goes on."""
        if not operation.behind:
            return self.start(self.spell(operation.words), operation)
        run = self.traced(operation, "list")
        return run.code, run.out, run.err


# --- what is kept ------------------------------------------------------------------------------

class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("app", ctypes.c_char_p), ("state_dir", ctypes.c_char_p),
                ("policy", ctypes.c_char_p)]


class Reader:
    """What the next process finds in a state, by the library."""

    def __init__(self, place):
        os.environ.update(place.variables)
        self.place = place
        self.library = ctypes.CDLL(BUILD + "/libupnudge.so.0")
        self.library.upnudge_open.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(Options)]
        self.library.upnudge_call.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)]
        self.library.upnudge_close.argtypes = [ctypes.c_void_p]

    def call(self, handle, name, **options):
        request, answer = json.dumps({"schema": 1, "call": name, **options}), ctypes.c_char_p()
        self.library.upnudge_call(handle, request.encode(), ctypes.byref(answer))
        return json.loads(answer.value or b"{}")

    def read(self, policy):
        env, handle = self.place.work + "/env", ctypes.c_void_p()
        options = Options(ctypes.sizeof(Options), None, (self.place.work + "/state").encode(), policy.encode())
        assert self.library.upnudge_open(ctypes.byref(handle), ctypes.byref(options)) == 0
        found = self.call(handle, "explain", environment=env, now=operations.LATER, tty=True)
        found = {"explain": found, "changes": self.call(handle, "changes", environment=env),
                 "ignored": self.call(handle, "ignore", environment=env)}
        self.library.upnudge_close(handle)
        return found


def names_in(directory):
    """Every file of it, by its path in there; what is only an account of things, or holds a lock, is none."""
    found = set()
    for path, _, files in os.walk(directory):
        found.update(os.path.relpath(os.path.join(path, name), directory) for name in files)
    return {name for name in found if os.path.basename(name) not in operations.ACCOUNTS}


def contents(directory):
    """The documents, without what depends on when they were looked at."""
    found = {}
    for name in names_in(directory):
        if name.endswith(".json"):
            with open(f"{directory}/{name}", "rb") as file:
                text = file.read()
            try:
                document = json.loads(text)
            except ValueError:
                document = {"broken": repr(text)}
            found[name] = {key: value for key, value in document.items() if key not in operations.PASSING}
    return found


# --- judging -----------------------------------------------------------------------------------

@dataclasses.dataclass
class Usual:
    """What an operation is when nothing fails."""
    run: Run
    before: dict
    after: dict
    names: set


class Judge:
    def __init__(self, place, reader, operation):
        self.place, self.reader, self.operation = place, reader, operation
        self.policy = place.spell([operation.policy])[0]

    def state(self):
        directory = self.place.work + "/state"
        return {"read": self.reader.read(self.policy), "files": contents(directory)}

    def usual(self):
        self.place.restore(self.operation.kept)
        before = self.state()
        self.place.restore(self.operation.kept)
        run = self.place.traced(self.operation, "list")
        assert run.code == self.operation.code, f"{self.operation.name}: exit {run.code}: {run.out}{run.err}"
        after = self.state()
        return Usual(run, before, after, names_in(self.place.work + "/state"))

    def faults_of_end(self, run, started):
        for process, how, number in run.ends:
            if how == "signal" and (process == "0" or number in CRASHES) and started:
                yield f"process {process} was killed by {signal.Signals(number).name}"
        for process in run.hung:
            yield f"process {process} hung"
        if self.operation.host:
            for target in run.open:
                yield f"left open: {target}"

    def faults_of_words(self, run, usual, writes, absent):
        """An activation says its notice or nothing; a command as usual, or in one line why not."""
        text = run.err
        if self.operation.silent:
            if run.code != 0:
                yield f"exit {run.code}: {run.out}{text}"
            for said, right in ((run.out, usual.run.out), (text, usual.run.err)):
                if said and said != right and not (writes and right.startswith(said)) \
                        and not self.is_deputised(run, usual):
                    yield f"said {said!r}"
        elif run.code == BUSY:
            if not (run.out.startswith("busy: ") or self.is_message(text)):
                yield f"exit {run.code}, but said {run.out!r} {text!r}"
        elif run.code == self.operation.code or self.operation.reports and run.code == 1 and run.out:
            told = writes or absent or self.is_answer(run, usual) or self.operation.reports and self.is_message(text)
            if not told:
                yield f"exit {run.code}, but said {run.out!r} {text!r}"
        elif not (self.is_message(text) or writes or (run.code, text) == LOADER_ENDS):
            yield f"exit {run.code}, and no clear message: {run.out!r} {text!r}"
        if RAW.search(text):
            yield f"raw words: {text!r}"

    def is_deputised(self, run, usual):
        """Another policy has answered, and the person is told: what it keeps is its own."""
        line = f"policy {self.policy} cannot be loaded; using 'default'; see 'upnudge doctor'\n"
        return bool(self.policy) and run.err in (line, usual.run.err + line)

    def is_answer(self, run, usual):
        """The usual one; or what fits as well, or tells of the fault."""
        if run.err != usual.run.err and not self.is_message(run.err):
            return False
        tells = self.operation.reports and any(words in run.out for words in TROUBLE)
        return run.out == usual.run.out or tells or bool(re.fullmatch(self.operation.says, run.out))

    def is_message(self, text):
        """One line, behind what the dry upgrade said."""
        text = text.removeprefix(self.operation.heard)
        return text.startswith("upnudge: ") and text.count("\n") == 1 and text.endswith("\n")

    def faults_of_state(self, run, usual):
        state = self.state()
        if state == usual.after:
            return "new", []
        if state == usual.before or apart_from_failure(state) == apart_from_failure(usual.before):
            return "old", []
        if is_new(state, usual.after):
            return "new", []
        return "other", [f"{difference(usual.before, state)} from old, {difference(usual.after, state)} from new"]

    def try_one(self, usual, plan, started, absent):
        """Runs it with a fault, and once more without."""
        self.place.restore(self.operation.kept)
        run = self.place.traced(self.operation, plan)
        absent = absent or self.is_deputised(run, usual)
        writes = any(":write:" in hit for hit, _ in run.hits)
        found = list(self.faults_of_end(run, started))
        if started:
            found += self.faults_of_words(run, usual, writes, absent)
        kind, more = self.faults_of_state(run, usual)
        found += [] if absent or self.operation.parts and run.code != 0 else more
        if not (self.operation.silent or self.operation.behind) and run.code == self.operation.code and kind != "new" \
                and usual.before != usual.after and not absent and self.operation.code == 0:
            found.append(f"it said that it was done, and it was not: {kind}")
        found += self.once_more(run, usual, absent)
        return run, kind, found

    def once_more(self, run, usual, absent):
        code, out, err = self.place.untraced(self.operation)
        if code != self.operation.code and code not in self.operation.again:
            yield f"afterwards: exit {code}: {out}{err}"
        if self.operation.notice and not absent:
            notices = bool(run.err and run.code == 0) + bool(err)
            if notices > 1 and not self.operation.repeats:
                yield "the notice was doubled"
            if notices == 0 and not any(":write:" in hit for hit, _ in run.hits):
                yield "the notice was lost"
        left = without_digests(names_in(self.place.work + "/state")) - without_digests(usual.names)
        if left and not self.is_deputised(run, usual):
            yield f"left over: {sorted(left)}"
        state = self.state()
        if not (state == usual.after or is_new(state, usual.after) or self.operation.moving or absent):
            yield f"afterwards: {difference(usual.after, state)}"


def apart_from_failure(state):
    """What was found before a check that failed: that it failed is beside it."""
    def without(name, document):
        return {key: value for key, value in document.items() if key not in operations.FAILURE} \
            if name.endswith("/record.json") else document
    files = {name: without(name, document) for name, document in state["files"].items()}
    return {name: document for name, document in files.items() if document}


def undated(document):
    """Without what tells since when something is known, which is found out anew where nobody can look it up."""
    if isinstance(document, dict):
        return {key: undated(value) for key, value in document.items() if key not in operations.DATES}
    return [undated(one) for one in document] if isinstance(document, list) else document


def is_new(state, after):
    """The outcome is there, though nobody knows since when, or whether it lasts."""
    return undated(state["read"]["changes"]) == undated(after["read"]["changes"]) \
        and undated(apart_from_failure(state)) == undated(apart_from_failure(after))


def without_digests(names):
    return {re.sub(r"(changes|lockfiles)/[0-9a-f]{32}$", r"\1/#", name) for name in names}


def difference(a, b, path=""):
    """Where two documents differ first."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if a.get(key) != b.get(key):
                return difference(a.get(key), b.get(key), f"{path}.{key}")
    return f"{path}: {str(a)[:150]} / {str(b)[:150]}"


# --- the campaign ------------------------------------------------------------------------------

def first_part(usual, operation):
    """Of a host what it does the first time."""
    for call in usual.run.calls:
        if operation.host and call.name.startswith("write") and call.words[0].endswith("/said/out"):
            return
        yield call


def plans(usual, operation, requests):
    """Each fault as (plan, what it is, whether main had begun, whether it says that something is not there)."""
    for call in first_part(usual, operation):
        for name in errors.of(call.name, call.words):
            if call.result == -errors.number(name):
                continue
            yield (f"{call}:{errors.number(name)}", f"{call} {name} {' '.join(call.words)}", call.started,
                   name in errors.ABSENT)
            if name in errors.LASTING and call.started and not operation.host:
                yield f"{call}:{errors.number(name)}+", f"{call} {name}, and all after it {' '.join(call.words)}", True, False
        if call.started and call.result > 1 and errors.is_shortened(call.name, (call.words or [""])[0]):
            yield f"{call}:short", f"{call} short {' '.join(call.words)}", True, False
    for n in range(1, requests + 1):
        yield f"memory:{n}", f"request {n} for memory", True, False
    yield "all:eintr", "EINTR storm", True, False
    yield "all:short", "piece by piece", True, False


def sampled(every, luck):
    """Those that are wanted, in their order."""
    if PLAN:
        return [plan for plan in every if f"{plan[0]}:".startswith(PLAN + ":")]
    wanted = luck.sample(range(len(every)), min(MOST or len(every), len(every)))
    return [every[i] for i in sorted(wanted)]


COLUMNS = ("calls", "requests", "faults", "old", "new", "other", "silent", "messages", "moved", "known", "wrong")


def campaign(operation, place, reader, log):
    judge = Judge(place, reader, operation)
    usual = judge.usual()
    requests = place.requests(operation) if operation.asks else 0
    counts = collections.Counter(calls=len(usual.run.calls), requests=requests)
    for plan, what, started, absent in sampled(list(plans(usual, operation, requests)), random.Random(f"{SEED} {operation.name}")):
        run, kind, found = judge.try_one(usual, plan, started, absent)
        if PLAN:
            print(plan, kind, run.ends, repr(run.out), repr(run.err), file=log)
        counts["faults"] += 1
        counts[kind] += 1
        counts["silent"] += operation.silent and not run.err
        counts["messages"] += bool(run.err) and not operation.silent
        counts["moved"] += not run.hits and not plan.startswith("memory:")
        known = (operation.name, plan.split(":")[1]) in operations.KNOWN
        counts["known" if known else "wrong"] += bool(found)
        for text in found:
            print(f"{operation.name}: PLAN={plan} ({what}): {text}", file=log, flush=True)
    return counts


def main():
    chosen, wrong = operations.chosen(sys.argv[1:]), 0
    log = open(os.environ["LOG"], "w") if os.environ.get("LOG") else sys.stdout
    place = Place()
    try:
        reader = Reader(place)
        print("| operation | " + " | ".join(COLUMNS) + " |\n|" + "---|" * (len(COLUMNS) + 1), flush=True)
        for operation in chosen:
            counts = campaign(operation, place, reader, log)
            wrong += counts["wrong"]
            print(f"| {operation.name} | " + " | ".join(str(counts[column]) for column in COLUMNS) + " |", flush=True)
    finally:
        place.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
