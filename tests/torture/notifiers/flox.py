"""Flox's check and notice, as far as they are about the state: both lockfiles whole in one file, which is written in
place, without a temporary, a rename or a sync; one lock for those who check, held over the query; readers take none. What
cannot be read counts as none. No time of a notice is kept."""
import fcntl
import json
import os
import subprocess
import sys

PROJECT = os.environ["PROJECT"]
STATE = os.environ["STATE"] + "/upgrade-checks.json"


def load():
    try:
        with open(STATE, encoding="utf-8") as file:
            return json.load(file)["upgrade_result"]["new_lockfile"]
    except (OSError, ValueError):
        return None


def check(number):
    lock = os.open(STATE.replace(".json", ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(75)
    upgraded = subprocess.run([os.environ["QUERY"], number], check=True, stdout=subprocess.PIPE).stdout
    with open(PROJECT + "/package-lock.json", encoding="utf-8") as file:
        old = json.load(file)
    text = json.dumps({"last_checked": os.environ["NOW"], "upgrade_result": {
        "old_lockfile": old, "new_lockfile": json.loads(upgraded), "store_path": None}}).encode()
    with open(STATE, "wb", buffering=0) as file:
        file.write(text)


def tell(stream):
    upgraded = load()
    if upgraded:
        print(upgraded["packages"]["node_modules/a"]["version"], "is available", file=stream)


if sys.argv[1] == "check":
    check(sys.argv[2])
else:
    tell(sys.stdout if sys.argv[1] == "read" else sys.stderr)
