#!/usr/bin/env python3
"""The harness of run.sh: torture.py NAME=VERSION|NAME:WHY-NOT... -- NOTIFIER...

A notifier is a program of notifiers/ with three commands: `check N` (a check in the background, which finds
version 99.N.0), `activate` (a notice or nothing) and `read` (what is kept). It exits with 75 where it leaves the check
to another one, and finds its directory in $STATE, the project in $PROJECT, the time in $NOW and the query of a check
in $QUERY.

In each round many come at once, at moments of a schedule that is the same for all, in units of what a check or an
activation of that notifier takes alone; for a third of them a SIGKILL is planned, alone or with their children. Then
one is stopped at a random moment while an activation comes. When all have ended, what is kept is compared with what
they said.
"""
import collections
import dataclasses
import glob
import http.server
import json
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOG = os.environ["LOG"]
ROUNDS = int(os.environ.get("ROUNDS") or 20)
SHELLS = int(os.environ.get("SHELLS") or 16)
SEED = os.environ.get("SEED") or "1"
CHECKS = max(2, SHELLS // 4)
PACKAGES = 200
QUERY_SECONDS = 0.05
# Rounds are a month from each other, so each is a window of its own.
BEGIN, MONTH = 1900000000, 30 * 86400
# Of these the first go by undisturbed.
CALM = 3
# Who has not ended after so long, and ten times what it takes alone, waits for the one that is stopped.
HANG = 10
BUSY = 75
VERSION = re.compile(r"99\.(\d+)\.0")
CRASHED = re.compile(r"Traceback|rror:|syntax error|Illegal number|arithmetic")


@dataclasses.dataclass
class Notifier:
    """What is known of one: its program, its state, and what it means to do."""
    title: str
    words: list
    state: list                # patterns of the files in which it keeps JSON, or lines
    # What one notice is for: a "window" of time, each "result"; None: it speaks at every activation.
    once: str = None
    consumes: bool = False     # a result that was shown is no longer kept
    promises: tuple = ()       # counts that have to be none
    policy: str = ""
    rotated: tuple = ()        # files that it keeps, and has only after a while


POLICY = """local u = require "upnudge"
return u.policy { api = 1, name = "torture", @POLICY@,
  text = function(c) return u.text.packages(c, 1) end }
"""
SAFE = ("lost", "torn", "crashed", "left", "waited")
ALL = SAFE + ("doubled", "forgotten")


def upnudge(title, policy, once, promises):
    return Notifier("upnudge, " + title, ["/bin/sh", HERE + "/notifiers/upnudge.sh"],
                    ["upnudge/*/record.json", "upnudge/*/notified.json"], once, promises=promises, policy=policy,
                    rotated=("upnudge/#/decisions.log.old",))


PLACE = os.environ["PLACE"]
NOTIFIERS = {
    "upnudge-separate-lock": upnudge("`separate-lock`", 'extends = "default", strategy = "separate-lock"', "window",
                                     ALL),
    "upnudge-database": upnudge("`database`, SQLite", 'extends = "default", strategy = "database", per = "team", '
                                'database = "sqlite:@STATE@/shared.sqlite"', "window", ALL),
    "upnudge-simple": upnudge("`simple`", 'extends = "simple"', "window", SAFE),
    "upnudge-stateless": upnudge("`stateless`", 'extends = "stateless-hint"', None, SAFE),
    "update-notifier": Notifier("update-notifier", ["/bin/sh", HERE + "/notifiers/update-notifier.sh"],
                                ["configstore/*.json"], "result", consumes=True),
    "configstore": Notifier("configstore, a time beside the result", ["node", PLACE + "/configstore.mjs"],
                            ["configstore/*.json"], "window"),
    "pip": Notifier("pip's check of itself", ["/bin/sh", HERE + "/notifiers/pip.sh"], ["pip/selfcheck/*[0-9a-f]"]),
    "stamp": Notifier("a shell script with a stamp file", ["/bin/sh", HERE + "/notifiers/stamp.sh"],
                      ["latest", "notified"], "window"),
    "flock": Notifier("a script with `flock`, `jq` and `mv`", ["/bin/bash", HERE + "/notifiers/flock.sh"],
                      ["tool/upgrades.json"], "window"),
    "flock-wait": Notifier("the same, waiting for its lock",
                           ["/usr/bin/env", "LOCK=-x", "/bin/bash", HERE + "/notifiers/flock.sh"],
                           ["tool/upgrades.json"], "window"),
    "flox": Notifier("Flox's write, as documented", ["/usr/bin/python3", HERE + "/notifiers/flox.py"],
                     ["upgrade-checks.json"]),
    # It makes every mistake there is a column for; whoever changes this harness sees whether they are still counted.
    "careless": Notifier("careless", ["/bin/sh", HERE + "/notifiers/careless.sh"], ["state"], "window"),
}


class Registry(http.server.ThreadingHTTPServer):
    """Says of any package that 99.N.0 is the latest, to who asks for /N/NAME, in the time of a query."""
    daemon_threads = True

    class RequestHandlerClass(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(QUERY_SECONDS)
            number = self.path.split("/")[1]
            if not number.isdigit():
                self.send_error(404)
                return
            version = f"99.{number}.0"
            body = json.dumps({"name": "webshop", "dist-tags": {"latest": version},
                               "versions": {version: {"name": "webshop", "version": version}}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            try:
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                # Who asked was killed.
                self.close_connection = True

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.RequestHandlerClass)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def is_whole(text):
    """Whether a state file is: JSON, or a line."""
    if text.startswith(b"{"):
        try:
            json.loads(text)
            return True
        except ValueError:
            return False
    return re.fullmatch(rb"[\d.]+\n", text) is not None


class Reader(threading.Thread):
    """Somebody who looks at the state files all the time. torn: how often what they saw was none."""

    def __init__(self, stage):
        super().__init__(daemon=True)
        self.stage, self.torn, self.over = stage, 0, threading.Event()
        self.start()

    def run(self):
        seen, paths = {}, self.stage.state_files()
        while not self.over.wait(0.0005):
            for path in paths:
                try:
                    stat = os.stat(path)
                    stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                    if seen.get(path) == stamp:
                        continue
                    seen[path] = stamp
                    with open(path, "rb") as file:
                        self.torn += not is_whole(file.read())
                except OSError:
                    pass

    def stop(self):
        self.over.set()
        self.join()
        return self.torn


class Run:
    """A process at a terminal of its own, from its start to the end of the last that has that terminal open."""

    def __init__(self, stage, command, *words):
        self.command, self.output = command, b""
        leader, terminal = pty.openpty()
        self.leader = leader
        self.begun = time.monotonic()
        self.process = subprocess.Popen(stage.notifier.words + [command, *map(str, words)], env=stage.environment,
                                        stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
        os.close(terminal)
        self.ended, self.reaping = None, threading.Lock()
        self.drain = threading.Thread(target=self._drain, daemon=True)
        self.drain.start()

    def _drain(self):
        try:
            while data := os.read(self.leader, 65536):
                self.output += data
        except OSError:
            pass
        os.close(self.leader)
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        with self.reaping:
            self.process.wait()
        self.ended = time.monotonic()

    def signal(self, number, children):
        """Sends it while the process runs. Returns whether it did."""
        with self.reaping:
            # Until it is reaped its number is nobody else's.
            if self.process.returncode is not None or os.waitid(
                    os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                return False
            (os.killpg if children else os.kill)(self.process.pid, number)
            return True

    def wait(self, seconds=None):
        self.drain.join(seconds)
        return self

    @property
    def text(self):
        return self.output.decode("utf-8", "replace")

    @property
    def took(self):
        return self.ended - self.begun

    @property
    def killed(self):
        return self.process.returncode == -signal.SIGKILL

    @property
    def done(self):
        return self.process.returncode == 0

    @property
    def crashed(self):
        return not self.killed and (self.process.returncode not in (0, BUSY) or bool(CRASHED.search(self.text)))

    @property
    def notice(self):
        """The number of the check of which it told, if it told of any; 0 where the notice has no version."""
        if self.command != "activate":
            return None
        found = VERSION.search(self.text)
        return int(found[1]) if found else 0 if "available" in self.text else None


class Stage:
    """One notifier with its directories, round after round."""

    def __init__(self, work, name, registry):
        self.notifier = notifier = NOTIFIERS[name]
        state = f"{work}/{name}"
        os.makedirs(state)
        self.state, self.number, self.checks = state, 0, {}
        policy = f"{work}/{name}.lua"
        if notifier.policy:
            with open(policy, "w", encoding="utf-8") as file:
                file.write(POLICY.replace("@POLICY@", notifier.policy).replace("@STATE@", state))
        if "@STATE@" in notifier.policy:
            # A database that others may have, too, is made by who has it.
            os.close(os.open(state + "/shared.sqlite", os.O_CREAT | os.O_WRONLY, 0o600))
        self.environment = dict(
            os.environ, HOME=state, STATE=state, XDG_CONFIG_HOME=state, XDG_CACHE_HOME=state, XDG_STATE_HOME=state,
            PROJECT=f"{work}/project", POLICY=policy, QUERY=HERE + "/query.sh",
            REGISTRY=f"http://127.0.0.1:{registry.server_port}")
        self.counts = collections.Counter()
        self.faults = []
        self.at(0)

    def at(self, number):
        self.environment["NOW"] = str(BEGIN + number * MONTH)

    def state_files(self):
        return [path for pattern in self.notifier.state for path in glob.glob(f"{self.state}/{pattern}")]

    def check(self):
        self.number += 1
        run = self.checks[self.number] = Run(self, "check", self.number)
        run.number = self.number
        return run

    def activate(self):
        return Run(self, "activate")

    def come(self, command):
        return self.check() if command == "check" else self.activate()

    def files(self):
        """How many files there are of each name, in which digests and random names count as one."""
        names = [re.sub(r"[0-9a-f]{8,}", "#", os.path.relpath(os.path.join(root, name), self.state))
                 for root, _, names in os.walk(self.state) for name in names]
        return collections.Counter(name for name in names if name not in self.notifier.rotated)

    def calm(self):
        """A check and an activation that nobody disturbs."""
        runs = [self.check().wait(), self.activate().wait()]
        for run in runs:
            if not run.done or run.crashed:
                self.fault("crashed", f"undisturbed, {run.command}: {run.process.returncode}: {run.text.strip()[:300]}")
        return runs

    def fault(self, kind, what, count=1):
        self.counts[kind] += count
        if count:
            self.faults.append(f"{kind}: {what}")

    # --- a round -------------------------------------------------------------------------------------

    def prepare(self):
        """Finds out how long each takes alone, in seconds, and which files there are then."""
        took = collections.defaultdict(list)
        for number in range(CALM):
            self.at(number)
            for run in self.calm():
                took[run.command].append(run.took)
                if run.command == "activate" and run.notice is None:
                    self.fault("crashed", f"undisturbed, it says nothing: {run.text}")
        if self.faults:
            raise SystemExit(f"{self.notifier.title} does not run here: {self.faults[0]}")
        self.unit = {command: min(times) for command, times in took.items()}
        self.ordinary = self.files()

    def storm(self, luck):
        """Many, one after the other, closer or all at once; returns the runs when all have ended."""
        spread = luck.choice([0, 0.3, 1])
        plan = sorted((luck.random(), command, luck.random() < 1 / 3, luck.random(), luck.random() < 1 / 2)
                      for command in ["check"] * CHECKS + ["activate"] * SHELLS)
        # What they take together; who comes with many others takes longer than alone.
        work = sum(self.unit[command] for _, command, *_ in plan) / os.cpu_count()
        begin, events = time.monotonic(), []
        for order, (start, command, kill, after, children) in enumerate(plan):
            start *= spread * work
            events.append((start, order, "start", command, None))
            if kill:
                late = after * (2 * self.unit[command] + luck.choice([0, 1 - spread]) * work)
                events.append((start + late, order, "kill", command, children))
        runs = {}
        for moment, order, what, command, children in sorted(events, key=lambda event: event[:2]):
            time.sleep(max(0, begin + moment - time.monotonic()))
            if what == "start":
                runs[order] = self.come(command)
            else:
                runs[order].signal(signal.SIGKILL, children)
        for run in runs.values():
            self.counts["kills"] += run.wait().killed
        return list(runs.values())

    def beside_a_stopped_one(self, luck):
        """An activation, while a check or another activation is stopped somewhere."""
        command = luck.choice(["check", "activate"])
        stopped, moment = self.come(command), luck.random() * self.unit[command]
        time.sleep(moment)
        held = stopped.signal(signal.SIGSTOP, True)
        run = self.activate().wait(HANG + 10 * self.unit["activate"])
        if held and run.ended is None:
            self.fault("waited", f"for a {command} that was stopped after {moment:.3f} s")
        if held:
            stopped.signal(signal.SIGCONT, True)
        return [stopped.wait(), run.wait()]

    def judge_results(self, runs):
        checks = [run for run in runs if run.command == "check" and run.done]
        kept = Run(self, "read").wait()
        found = VERSION.search(kept.text) if kept.done else None
        witnesses = {int(found[1])} if found else set()
        if self.notifier.consumes:
            witnesses |= {run.notice for run in runs if run.notice}
        self.counts["checks"] += len(checks)
        for run in checks:
            later = any(other.begun >= run.ended for other in checks)
            if not later and not any(n == run.number or self.checks[n].ended > run.begun for n in witnesses):
                self.fault("lost", f"99.{run.number}.0 was kept; read was {kept.text.strip()[-60:]!r}")

    def judge_notices(self, runs):
        told = [run for run in runs if run.notice is not None]
        self.counts["notices"] += len(told)
        if not self.notifier.once:
            return
        groups = collections.Counter(run.notice if self.notifier.once == "result" else 0 for run in told)
        for count in groups.values():
            self.fault("doubled", f"{count} notices", count - 1)
        probe = self.activate().wait()
        if probe.notice is not None and any(
                run.done and (self.notifier.once == "window" or run.notice == probe.notice) for run in told):
            self.fault("forgotten", f"told again, {probe.notice}")
        runs.append(probe)

    def round(self, number):
        luck = random.Random(f"{SEED} {number}")
        self.at(CALM + number)
        reader = Reader(self)
        runs = self.storm(luck) + self.beside_a_stopped_one(luck)
        self.fault("torn", "seen by a reader", reader.stop())
        for path in self.state_files():
            with open(path, "rb") as file:
                text = file.read()
            if not is_whole(text):
                self.fault("torn_left", f"{os.path.basename(path)} has {len(text)} bytes")
        self.judge_results(runs)
        self.judge_notices(runs)
        for run in runs:
            if run.crashed:
                self.fault("crashed", f"{run.command}: {run.process.returncode}: {run.text.strip()[:300]}")

    def finish(self):
        """What is there that was not, after a check and an activation that nobody disturbs."""
        self.at(CALM + ROUNDS)
        self.calm()
        for name, count in (self.files() - self.ordinary).items():
            self.fault("left", f"{count} more of {name}", count)

    def row(self, version):
        counts, notifier = self.counts, self.notifier

        def of(kind, known=True):
            return str(counts[kind]) if known else "–"
        torn = of("torn") + (f", {counts['torn_left']} left" if counts["torn_left"] else "")
        cells = [f"{notifier.title} ({version})", of("checks"), of("kills"), of("lost"), of("notices"),
                 of("doubled", notifier.once), of("forgotten", notifier.once), torn, of("crashed"), of("left"),
                 of("waited")]
        return "| " + " | ".join(cells) + " |"

    def broken(self):
        """What it promises and did not keep."""
        torn = {"torn_left"} if "torn" in self.notifier.promises else set()
        return [kind for kind in {*self.notifier.promises, *torn} if self.counts[kind]]


def write_project(path):
    packages = {"": {}, "node_modules/a": {"name": "a", "version": "1.0.0"}}
    for number in range(PACKAGES):
        packages[f"node_modules/package-{number}"] = {
            "version": "1.0.0", "integrity": "sha512-" + f"{number:03}" * 28,
            "resolved": f"https://registry.example.org/package-{number}/-/package-{number}-1.0.0.tgz"}
    os.makedirs(path)
    with open(path + "/package-lock.json", "w", encoding="utf-8") as file:
        json.dump({"lockfileVersion": 3, "packages": packages}, file, separators=(",", ":"))
        file.write("\n")


def torture(work, name, version, registry, log):
    stage = Stage(work, name, registry)
    stage.prepare()
    for number in range(ROUNDS):
        stage.round(number)
    stage.finish()
    print(stage.row(version), flush=True)
    log.writelines(f"{name}: {fault}\n" for fault in stage.faults)
    log.flush()
    return [f"{name}: {kind}, {stage.counts[kind]}" for kind in stage.broken()]


def main():
    divider = sys.argv.index("--")
    known = {}
    for entry in sys.argv[1:divider]:
        name, sign, rest = re.fullmatch(r"([\w-]+)([=:])(.*)", entry).groups()
        known[name] = (sign == "=", rest)
    wanted = sys.argv[divider + 1:] or list(known)
    if unknown := set(wanted) - set(known):
        sys.exit(f"there is no {' '.join(unknown)}; there are {' '.join(known)}")
    work = tempfile.mkdtemp(prefix="upnudge torture.")
    broken = []
    try:
        write_project(work + "/project")
        registry = Registry()
        print("| notifier | checks kept | killed | results lost | notices | doubled | times lost | torn | crashed | "
              "left over | waited |\n|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
        with open(LOG, "w", encoding="utf-8") as log:
            for name in wanted:
                there, version = known[name]
                if there:
                    broken += torture(work, name, version, registry, log)
                else:
                    print(f"| {NOTIFIERS[name].title} | not at hand: {version} |" + " |" * 9)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"\n{ROUNDS} rounds of {CHECKS} checks and {SHELLS} shells, seed {SEED}; what was seen: {LOG}")
    for promise in broken:
        print("a promise is broken: " + promise, file=sys.stderr)
    sys.exit(1 if broken else 0)


main()
