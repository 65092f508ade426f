#!/usr/bin/env python3
"""Plays rounds: drive.py STRATEGY ROUNDS SECONDS SEED [URL]. Each is an environment of its own in which real processes
check, notify, snooze, wake and look, at moments and with kills and stops that the seed chooses. As many of SEED's
rounds as end within SECONDS are played, ROUNDS at most, several at once.

Writes a line of JSON for each round that is over, which run.lua reads: what every process was, when it was started and
when it had ended, in seconds since the round began, and what it answered. With URL, of a server of PostgreSQL, a line
{"kill":true} asks for a kill of that server; whoever reads that makes it run again.
"""
import contextlib
import fcntl
import heapq
import json
import os
import random
import re
import selectors
import shutil
import signal
import sys
import tempfile
import time

PROGRAM = os.environ["BUILD"] + "/upnudge"
# Rounds that are under way at once, each mostly asleep.
WIDTH = 16
# Seconds over which a lively round spreads its bursts, and a window of it.
SPREAD, WINDOW = 5, 2
# When bursts begin in a calm one, whose silences stand, for nothing has changed in the seconds before.
CALM, CALM_WINDOW = [0, 3.2, 6.4], 5
# Bytes of the pipe, in which the rounds have room that are not judged yet.
PIPE = 1 << 20
STRATEGIES = ["simple", "separate-lock", "stateless", "database"]
KINDS = {"notify": 48, "check": 24, "snooze": 5, "wake": 8, "show": 8, "switch": 0}
LOCKFILE = '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"name":"a","version":"%s"}}}\n'
# The text takes its time, some milliseconds between what an activation read and its claim.
POLICY = """local u = require "upnudge"
return u.policy { api = 1, name = "histories", strategy = "%s", %s
  text = function(c) for _ = 1, 90000 do end return u.text.packages(c, 1) end,
  rules = { u.rule "window" { notify = %s } } }
"""
DATABASE = 'per = "team", deadline = "1500ms", database = "%s",'
VERSION = re.compile(r"-> 99\.(\d+)\.0")


class Loop:
    """What is to happen at a moment, and whose end is awaited; and how long each kind of process takes of late."""

    def __init__(self):
        self.events, self.count, self.selector = [], 0, selectors.DefaultSelector()
        self.takes = dict.fromkeys(KINDS, 0.01)

    def at(self, moment, act):
        self.count += 1
        heapq.heappush(self.events, (moment, self.count, act))

    def await_end(self, process, then):
        self.selector.register(process, selectors.EVENT_READ, then)

    def run(self, is_over):
        while not is_over():
            wait = self.events[0][0] - time.monotonic() if self.events else None
            for key, _ in self.selector.select(None if wait is None else max(0, wait)):
                self.selector.unregister(key.fd)
                key.data()
            while self.events and self.events[0][0] <= time.monotonic():
                heapq.heappop(self.events)[2]()


class Operation:
    """One process, from before its start until after its end."""

    def __init__(self, round_, kind, machine, **more):
        self.round, self.kind, self.machine, self.more = round_, kind, machine, more
        self.returned = self.code = self.process = self.fate = None
        self.out = f"{round_.place}/out {id(self)}"

    def words(self):
        place, more = self.round.place, self.more
        where = [self.round.environment, "--state-dir", f"{place}/state {self.machine}",
                 "--policy", f"{place}/policy.lua"]
        if self.kind == "check":
            return ["check", *where, "--max-age", "0", "--json", *self.dry_upgrade()]
        if self.kind == "notify":
            return ["notify", *where, "--tty", "--json" if more["json"] else "--exit-code"]
        if self.kind == "snooze":
            return ["snooze", *where, f"{more['seconds']}s", "--json"]
        return ["snooze", *where, "--off", "--json"] if self.kind == "wake" else ["show", *where, "--json"]

    def dry_upgrade(self):
        """A lockfile that nobody else's check finds; 0: the environment's own, so nothing is new."""
        path = f"{self.out}.lock"
        with open(path, "w", encoding="utf-8") as file:
            file.write(LOCKFILE % (f"99.{self.more['number']}.0" if self.more["number"] else "1.0.0"))
        if self.more["fails"]:
            return ["--", "false"]
        return ["--", "sh", "-c", 'sleep "$1"; exec cat "$2"', "sh", str(self.more["takes"]), path] \
            if self.more["takes"] else ["--new", path]

    def start(self):
        self.invoked = time.monotonic()
        if self.kind == "switch":
            self.round.set_policy(self.more["strategy"])
            self.code, self.returned = 0, time.monotonic()
            return
        actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_OPEN, 1, self.out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                   (os.POSIX_SPAWN_DUP2, 1, 2)]
        self.pid = os.posix_spawn(PROGRAM, [PROGRAM, *self.words()], self.round.variables, file_actions=actions,
                                  setpgroup=0)
        self.process = os.pidfd_open(self.pid)
        self.round.loop.await_end(self.process, self.end)
        if self.fate:
            self.meet(*self.fate)

    def meet(self, number, moment, children, lasts):
        """Has a signal come, at a part of the time that such a process takes."""
        loop, moment = self.round.loop, self.invoked + moment * self.round.loop.takes[self.kind]
        loop.at(moment, lambda: self.signal(number, children))
        if number == signal.SIGSTOP:
            loop.at(moment + lasts, lambda: self.signal(signal.SIGCONT, children))

    def end(self):
        self.returned = time.monotonic()
        os.close(self.process)
        self.process = None
        # Until it is reaped its number is nobody else's.
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if not self.fate:
            # Rather that of the fast ones: who comes after the end of a process has missed it.
            takes, more = self.round.loop.takes, self.returned - self.invoked - self.round.loop.takes[self.kind]
            takes[self.kind] += more / (16 if more > 0 else 3)
        self.round.pending -= 1

    def signal(self, number, children):
        if self.process:
            (os.killpg if children else os.kill)(self.pid, number)

    def answer(self):
        """What it said; {} where it was killed before."""
        with open(self.out, encoding="utf-8") as file:
            text = file.read()
        told = VERSION.search(text)
        if self.kind == "notify" and told:
            return {"said": "told", "result": int(told[1])}
        document = re.search(r"^{.*}$", text, re.MULTILINE)
        if not document:
            silent = self.kind == "notify" and not self.more["json"] and self.code == 0 and text == ""
            killed = self.code == -signal.SIGKILL
            return {"said": "silence"} if silent else {} if killed else {"said": "?", "text": text}
        value = json.loads(document[0])
        if self.kind == "show" and self.code == 0:
            return {"said": "shown", "last": value.get("last_notified"), "result": self.kept(value)}
        if self.kind in ("snooze", "wake") and self.code == 0:
            return {"said": "done", "until": value.get("snoozed_until", 0)}
        return {"said": value.get("code") or "?", "text": value.get("reason") or text}

    def kept(self, record):
        """The number of the check whose result that is; 0: nothing is new; None: no check has found anything."""
        if "systems" not in record:
            return None
        top = next(iter(record["systems"].values()), {}).get("top") or [{"to": "99.0.0"}]
        return int(top[0]["to"].split(".")[1])

    def logged(self):
        killed = self.code == -signal.SIGKILL
        answer = self.answer() if self.kind != "switch" else {"said": "done"}
        moments = {"invoked": self.invoked - self.round.begun, "returned": self.returned - self.round.begun}
        all_ = {"kind": self.kind, "machine": self.machine, "killed": killed, "code": self.code, **moments, **answer,
                **self.more}
        return {name: value for name, value in all_.items() if value is not None}


class Round:
    """An environment with its operations."""

    def __init__(self, loop, work, strategy, number, url):
        self.loop, self.number, self.operations, self.pending = loop, number, [], 0
        self.luck = random.Random(f"{SEED} {strategy} {number}")
        self.place = f"{work}/{number}"
        self.environment = f"{self.place}/webshop-{SEED}-{number}"
        self.calm = self.luck.random() < 0.5
        self.window, self.lasts = (CALM_WINDOW, CALM[-1] + 0.5) if self.calm else (WINDOW, SPREAD)
        self.machines = 2 if strategy == "database" else 1
        self.strategy, self.switches = (self.luck.choice(STRATEGIES), True) if strategy == "switching" \
            else (strategy, False)
        os.makedirs(self.environment)
        with open(self.environment + "/package-lock.json", "w", encoding="utf-8") as file:
            file.write(LOCKFILE % "1.0.0")
        # A database that others may have, too, is made by who has it.
        os.close(os.open(self.place + "/shared.sqlite", os.O_CREAT | os.O_WRONLY, 0o600))
        self.url = url or f"sqlite:{self.place}/shared.sqlite"
        self.set_policy(self.strategy)
        self.variables = {"PATH": os.environ["PATH"], "HOME": self.place, "LANG": "C.UTF-8"}
        self.wall, self.begun = time.time(), time.monotonic()
        self.plan()

    def set_policy(self, strategy):
        path = f"{self.place}/policy.lua"
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(POLICY % (strategy, DATABASE % self.url if strategy == "database" else "",
                                 "u.always()" if strategy == "stateless" else f'u.every "{self.window}s"'))
        os.rename(path + ".new", path)

    def plan(self):
        """Several bursts, the first of which finds no check, and crowds of activations, some of which are stopped just
        then; then everybody has time to end, and one after the other looks at what is left."""
        luck, plan = self.luck, []
        kinds = dict(KINDS, switch=10 if self.switches else 0)
        for burst in range(luck.randint(3, 5)):
            begin, width = burst and self.moment(), luck.choice([0.005, 0.03, 0.15])
            plan += [(begin + luck.random() * width, luck.choices(list(kinds), kinds.values())[0], 0.3, 0.1)
                     for _ in range(luck.randint(3, 7))]
        for _ in range(luck.randint(1, 2)):
            begin = self.moment()
            plan += [(begin + luck.random() * 0.01, "notify", 0.2, 0.4) for _ in range(luck.randint(3, 6))]
        if self.calm:
            # Silences that stand, a change, and who must hear of it.
            plan += [(begin + late, kind, 0, 0) for begin in CALM for late, kind in (
                (0, "notify"), (0.03, "notify"), (0.1, luck.choice(["check", "wake", "snooze"])), (0.3, "notify"))]
        for moment, kind, killed, stopped in sorted(plan):
            self.come(self.begun + moment, self.make(kind), killed, stopped)
        self.pending += 1
        self.loop.at(self.begun + self.lasts + 0.5, lambda: self.finish([
            (kind, machine) for kind in ("show", "notify", "notify", "show")
            for machine in range(1, self.machines + 1)]))

    def moment(self):
        """When a burst begins."""
        luck = self.luck
        return luck.choice(CALM) + 0.4 + luck.random() * 0.2 if self.calm else luck.random() * SPREAD

    def make(self, kind, machine=None):
        luck, more = self.luck, {}
        if kind == "check":
            more = {"number": len(self.operations) + 1 if luck.random() < 0.7 else 0, "fails": luck.random() < 0.1,
                    "takes": luck.choice([0, 0.01, 0.05])}
        elif kind == "notify":
            more = {"json": luck.random() < 0.3}
        elif kind == "snooze":
            more = {"seconds": luck.choice([1, 1, 2, 3600])}
        elif kind == "switch":
            more = {"strategy": luck.choice(STRATEGIES)}
        operation = Operation(self, kind, machine or luck.randint(1, self.machines), **more)
        self.operations.append(operation)
        return operation

    def come(self, moment, operation, killed, stopped):
        luck, part = self.luck, self.luck.random()
        self.pending += operation.kind != "switch"
        self.loop.at(moment, operation.start)
        if part < killed:
            operation.fate = signal.SIGKILL, luck.random() * luck.choice([0.2, 1]), luck.random() < 0.5, 0
        elif part < killed + stopped:
            operation.fate = signal.SIGSTOP, luck.random(), luck.random() < 0.7, luck.choice([0.02, 0.1, 0.1, 1.2])

    def finish(self, rest):
        """Plays the rest one after the other, when all others have ended."""
        if self.pending > 1:
            self.loop.at(time.monotonic() + 0.05, lambda: self.finish(rest))
        elif rest:
            self.pending += 1
            self.make(*rest[0]).start()
            self.loop.at(time.monotonic(), lambda: self.finish(rest[1:]))
        else:
            self.pending -= 1

    def report(self):
        print(json.dumps({"number": self.number, "seed": SEED, "wall": self.wall, "strategy": self.strategy,
                          "window": self.window, "switches": self.switches,
                          "operations": [operation.logged() for operation in self.operations]}), flush=True)
        shutil.rmtree(self.place, ignore_errors=True)


def main(strategy, rounds, seconds, url):
    work = tempfile.mkdtemp(prefix="upnudge histories.")
    # A limit of the system's only makes us wait for who judges.
    with contextlib.suppress(OSError):
        fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, PIPE)
    loop, under_way, ends = Loop(), [], time.monotonic() + seconds
    luck, count = random.Random(SEED), 0

    def go_on():
        nonlocal count
        for one in [one for one in under_way if one.pending == 0]:
            under_way.remove(one)
            one.report()
        if len(under_way) < WIDTH and count < rounds and time.monotonic() + CALM[-1] < ends:
            count += 1
            under_way.append(Round(loop, work, strategy, count, url))
        loop.at(time.monotonic() + SPREAD / WIDTH, go_on)

    def kill_server():
        print('{"kill":true}', flush=True)
        loop.at(time.monotonic() + 4 + luck.random() * 8, kill_server)

    try:
        go_on()
        if url:
            loop.at(time.monotonic() + 2 * luck.random(), kill_server)
        loop.run(lambda: not under_way)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    SEED = sys.argv[4]
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[5] if len(sys.argv) > 5 else None)
