"""The operations whose system calls fail, and the states that they begin from."""
import dataclasses
import os
import shutil
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
OLD = ROOT + "/tests/fixtures/demo/manifest.lock"
NEW = ROOT + "/tests/fixtures/demo/upgraded.lock"
NOW, DAY = 1800000000, 86400
SOON, LATER = NOW + 60, NOW + 14 * DAY + 3600
# Files that tell what went on, or that hold a lock.
ACCOUNTS = {"decisions.log", "decisions.log.old", "check.log", "check.lock", "notified.lock", "standing", ".collected",
            "content.json"}
# Members of documents that tell how a file was found.
PASSING = {"stamp", "snoozed_at", "snoozed_until"}
# Members of a record that tell that a check failed, and of what.
FAILURE = {"schema", "path", "name", "last_notified", "lockfile", "format", "last_failed", "failures", "retry_at", "tried",
           "reason", "rehearsal", "mount", "old", "content"}

# Members that tell since when something is known, or are named after what does.
DATES = {"first_seen", "since", "security_since", "details", "stamp", "top"}


@dataclasses.dataclass
class Operation:
    name: str
    words: list
    kept: str = "checked"
    policy: str = ""
    directory: str = "{work}"
    variables: dict = dataclasses.field(default_factory=dict)
    code: int = 0
    again: tuple = ()          # what it may exit with the second time
    silent: bool = False       # it never fails: it says what it has to say, or nothing
    notice: bool = False       # of two runs one says the notice
    repeats: bool = False      # as documented, a notice may be said twice
    says: str = ""             # a pattern of what it may print instead of the usual
    reports: bool = False      # it tells what is wrong as an answer, and exits with 1 where something is
    parts: bool = False        # where it fails a part of it may have been done
    heard: str = ""            # standard error of a dry upgrade
    moving: bool = False       # doing it twice is another thing than doing it once
    host: bool = False         # it closes what it opens, and does all once more by itself, behind a line that it prints
    asks: bool = False         # its requests for memory are refused, too: it is the full command, and starts nobody
    behind: bool = False       # others go on when it has ended, and it knows nothing of what becomes of them


def notify(name, kept, now, **more):
    policy = more.get("policy")
    return Operation(name, ["{upnudge}", "notify", "{env}", "--tty", "--now", str(now), "--state-dir", "{state}"]
                     + (["--policy", policy] if policy else []), kept, silent=True, **more)


def command(name, kept, *words, **more):
    return Operation(name, ["{upnudge}", *words], kept, asks="--" not in words, **more)


def check(name, kept, *words, now=NOW, **more):
    more.setdefault("says", "checked: .+\\n")
    return command(name, kept, "check", "{env}", "--state-dir", "{state}", "--max-age", "0", "--now", str(now), *words,
                   **more)


OPERATIONS = [
    notify("notify nothing known", "nothing", SOON),
    notify("notify quiet", "told", SOON + 60),
    notify("notify telling", "checked", SOON, notice=True),
    notify("notify telling simple", "checked", SOON, notice=True, repeats=True, policy="{work}/simple.lua"),
    notify("notify telling stateless", "checked", SOON, notice=True, repeats=True, policy="{work}/stateless.lua"),
    Operation("notify project", ["{upnudge}", "notify", "{env}/src", "--project", "--tty", "--now", str(SOON), "--state-dir",
                                 "{state}"], silent=True, notice=True),
    check("check first", "nothing", "--new", NEW),
    check("check the same", "checked", "--new", NEW, now=SOON),
    check("check a command", "nothing", "--", "cat", NEW),
    check("check failing", "checked", "--", "sh", "-c", "echo no network >&2; exit 3", code=1, now=SOON,
          moving=True, heard="no network\n"),
    check("check detached", "nothing", "--detach", "--", "cat", NEW, says="started: .+\\n", behind=True),
    command("snooze", "checked", "snooze", "{env}", "3d", "--state-dir", "{state}", says=".+: silent until .+\n"),
    command("show", "checked", "show", "{env}", "--state-dir", "{state}", reports=True),
    command("status", "checked", "status", "{env}", "--state-dir", "{state}", reports=True),
    command("explain", "told", "explain", "{env}", "--tty", "--now", str(SOON), "--state-dir", "{state}", reports=True),
    Operation("prompt", ["{upnudge}", "prompt", "{env}", "--state-dir", "{state}"], silent=True),
    command("forget", "told", "forget", "{env}", "--state-dir", "{state}", parts=True),
    command("gc", "told", "gc", "--state-dir", "{state}", reports=True),
    command("doctor", "told", "doctor", "--state-dir", "{state}", reports=True),
    command("policy check", "nothing", "policy", "check", "{work}/simple.lua", reports=True),
    command("hook", "nothing", "hook", "bash"),
    Operation("host", ["{build}/tests/host/steady", "{state}", "default", "{env}", NEW, str(SOON)], host=True),
]
ALL = {operation.name: operation for operation in OPERATIONS}
# What is known to go wrong: LuaFileSystem tells no error of readdir, so what it lists ends there.
KNOWN = {("gc", "getdents64")}
# Somebody else's way, in which everything goes wrong: so one sees that it would be seen.
CARELESS = Operation("careless", ["{build}/tests/injection/careless", "{kept}/again/{key}/notified.json",
                                  "{state}/{key}/notified.json"], "told", notice=True)


def chosen(words):
    if words == [CARELESS.name]:
        return [CARELESS]
    return [one for one in OPERATIONS if not words or any(word in one.name for word in words)]


def furnish(place):
    """Makes the environment, the policies and the states."""
    os.makedirs(place.work + "/env/.flox/env")
    shutil.copy(OLD, place.work + "/env/.flox/env/manifest.lock")
    os.mkdir(place.work + "/env/src")
    for strategy in ("simple", "stateless"):
        with open(f"{place.work}/{strategy}.lua", "w") as file:
            file.write('local u = require "upnudge"\nreturn u.policy { api = 1, name = "faults", extends = "default", '
                       f'strategy = "{strategy}" }}\n')
    os.mkdir(place.work + "/kept/nothing")

    def keep(name, operation):
        subprocess.run(place.spell(operation.words), check=True, env=place.variables, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        shutil.copytree(place.work + "/state", f"{place.work}/kept/{name}")
    keep("checked", ALL["check first"])
    keep("told", ALL["notify telling"])
    keep("again", notify("", "", LATER))
    place.words["key"] = next(name for name in os.listdir(place.work + "/state") if len(name) == 32)
