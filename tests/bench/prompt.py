#!/usr/bin/env python3
"""What the hook adds to a prompt: interactive shells at terminals, typed into in turns.

Usage: prompt.py BUILD ROUNDS
Each shell goes to and fro between two directories of a project, so that the hook asks each time, and each time it stays
there once, so that it does not. Nothing is to be said.

Prints a line for each shell that is here: its name; the microseconds from Return to the prompt, as median, 10th and
90th percentile, each less the median of the same without any hook: with the hook that asks, with the hook that does
not, and with /bin/true in the place of the hook; and how many processes each of the first two started, "-" where
strace cannot tell.
"""
import collections
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

BUILD, ROUNDS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
UPNUDGE, FIXTURES = f"{BUILD}/upnudge", f"{os.path.dirname(os.path.abspath(__file__))}/../fixtures/webshop"
PROMPT = b"ready> "
# Seconds without a word after which a shell has painted its prompt, after which it hangs, and after which a file is old
# enough for an answer that rests on it.
STILL, HANG, OLD = 0.004, 60, 3.1
# Prompts of which the processes are counted.
COUNTED = 20

Shell = collections.namedtuple("Shell", "start begin true mark")
SHELLS = {
    "bash": Shell("bash --noprofile --rcfile .bashrc", "PS1='ready> '; HISTFILE=", "PROMPT_COMMAND=/bin/true", "/bin/true"),
    "zsh": Shell("zsh --no-global-rcs", "PS1='ready> '", "precmd() { /bin/true }", "/bin/true"),
    "fish": Shell("fish --init-command='source .fishrc'",
                  "function fish_prompt; printf 'ready> '; end; function fish_greeting; end",
                  "function before --on-event fish_prompt; command /bin/true; end", "command /bin/true"),
}


class Session:
    """A shell at a terminal, that begins with some lines."""

    def __init__(self, name, lines, before=""):
        home = tempfile.mkdtemp(dir=work)
        with open(f"{home}/.{name}rc", "w") as rc:
            rc.write(f"{SHELLS[name].begin}\n{lines}\ncd '{PLACES[0]}'\n")
        self.moves = 0
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(home)
            os.environ["ZDOTDIR"] = home
            os.execl("/bin/sh", "sh", "-c", f"exec {before} {SHELLS[name].start}")
        self.listen(PROMPT)

    def listen(self, word=None):
        """Until the word is shown; without one, until nothing more is."""
        shown = b""
        while word is None or word not in shown:
            if select.select([self.terminal], [], [], STILL if word is None else HANG)[0]:
                shown += os.read(self.terminal, 65536)
            elif word is None:
                return
            else:
                sys.exit(f"a shell hangs: {shown}")

    def type(self, line):
        """Microseconds from Return to the prompt."""
        os.write(self.terminal, line.encode())
        self.listen()
        start = time.perf_counter()
        os.write(self.terminal, b"\r")
        self.listen(PROMPT)
        took = time.perf_counter() - start
        self.listen()
        return took * 1e6

    def go(self):
        self.moves += 1
        return self.stay()

    def stay(self):
        return self.type(f"cd '{PLACES[self.moves % 2]}'")

    def end(self):
        os.write(self.terminal, b"exit\r")
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            # Linux says EIO when nobody has the terminal open any more.
            pass
        os.close(self.terminal)
        os.wait()


def prepare():
    """A project whose notice was told, and answers that stand."""
    for place in PLACES:
        os.makedirs(place)
    shutil.copy(f"{FIXTURES}/package-lock.json", f"{work}/shop/")
    os.makedirs(f"{work}/home/data/fish/generated_completions")
    for name in ("NO_UPDATE_NOTIFIER", "UPNUDGE_QUIET", "UPNUDGE_POLICY", "UPNUDGE_STATE_DIR"):
        os.environ.pop(name, None)
    os.environ.update(HOME=f"{work}/home", XDG_CONFIG_HOME=f"{work}/home", XDG_DATA_HOME=f"{work}/home/data",
                      XDG_CACHE_HOME=f"{work}/cache", XDG_STATE_HOME=f"{work}/state", TERM="xterm", LC_ALL="C.UTF-8")
    subprocess.run([UPNUDGE, "check", f"{work}/shop", "--new", f"{FIXTURES}/upgraded.json"], check=True,
                   stdout=subprocess.DEVNULL)


def settle(session):
    """The first prompts tell the notice, and find files that are too young to be relied on."""
    for _ in range(3):
        time.sleep(OLD)
        session.go()
        session.go()


def stood():
    """How often an answer stood."""
    found = subprocess.run(f"cat '{work}'/cache/upnudge/default/*/standing", shell=True, stdout=subprocess.PIPE)
    return sum(int(count) for count in re.findall(r"^standing 1 (\d+)", found.stdout.decode(), re.M))


def figures(times, without):
    times.sort()
    base = sorted(without)[len(without) // 2]
    return " ".join(f"{times[int(len(times) * part)] - base:.1f}" for part in (0.5, 0.1, 0.9))


def started(trace, begin, end):
    """How many processes a prompt between two marks started; the last one is the second mark's."""
    between = re.search(rf'"{begin}"\].*?\n(.*)\n[^\n]*"{end}"\]', trace, re.S).group(1)
    calls = [line for line in between.splitlines()
             if re.search(r"\bv?fork\(|\bclone3?\(", line) and "CLONE_THREAD" not in line]
    return f"{(len(calls) - 1) / COUNTED:g}"


def count_processes(name, hook):
    if subprocess.run("strace -o /dev/null true", shell=True, stderr=subprocess.DEVNULL).returncode != 0:
        return "- -"
    path = f"{work}/{name}.trace"
    session = Session(name, hook, f"strace -f -s 1000 -o '{path}' -e trace=execve,clone,clone3,fork,vfork")
    for step in (session.go, session.stay):
        session.type(f"{SHELLS[name].mark} begin-{step.__name__}")
        for _ in range(COUNTED):
            step()
        session.type(f"{SHELLS[name].mark} end-{step.__name__}")
    session.end()
    with open(path) as file:
        trace = file.read()
    return " ".join(started(trace, "begin-" + way, "end-" + way) for way in ("go", "stay"))


def measure(name):
    hook = subprocess.run([UPNUDGE, "hook", name], check=True, stdout=subprocess.PIPE).stdout.decode()
    sessions = {"without": Session(name, ""), "hook": Session(name, hook), "true": Session(name, SHELLS[name].true)}
    settle(sessions["hook"])
    times, before = collections.defaultdict(list), stood()
    for _ in range(ROUNDS):
        for kind, session in sessions.items():
            for step in (session.go, session.stay):
                times[kind, step.__name__].append(step())
    if stood() - before != ROUNDS:
        sys.exit(f"of {ROUNDS} questions {stood() - before} found an answer that stood")
    for session in sessions.values():
        session.end()
    return " ".join((figures(times["hook", "go"], times["without", "go"]),
                     figures(times["hook", "stay"], times["without", "stay"]),
                     figures(times["true", "go"], times["without", "go"]), count_processes(name, hook)))


with tempfile.TemporaryDirectory() as work:
    PLACES = f"{work}/shop/a", f"{work}/shop/b"
    prepare()
    for shell in SHELLS:
        if shutil.which(shell):
            print(shell, measure(shell), flush=True)
