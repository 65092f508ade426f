# acme.py
# libupnudge through ctypes, with three functions of it: open, call, close.
import ctypes
import json
import sys
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_void_p, sizeof


class Options(Structure):
    """From upnudge.h. It says its size, so a newer library has more fields and still knows this one."""
    _fields_ = [("size", c_size_t), ("app", c_char_p), ("state_dir", c_char_p), ("policy", c_char_p)]


ERROR, USAGE = 1, 2
library = ctypes.CDLL("libupnudge.so.0")
library.upnudge_open.argtypes = [POINTER(c_void_p), POINTER(Options)]
library.upnudge_call.argtypes = [c_void_p, c_char_p, POINTER(c_char_p)]
library.upnudge_close.argtypes, library.upnudge_close.restype = [c_void_p], None
library.upnudge_error.argtypes, library.upnudge_error.restype = [c_void_p], c_char_p


class Upnudge:
    """For one thread at a time."""

    def __enter__(self):
        self.handle = c_void_p()
        options = Options(sizeof(Options), b"acme-in-python")
        try:
            self.must(library.upnudge_open(byref(self.handle), byref(options)))
        except RuntimeError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        library.upnudge_close(self.handle)

    def must(self, status):
        if status in (ERROR, USAGE):
            raise RuntimeError(library.upnudge_error(self.handle).decode(errors="replace"))

    def call(self, name, **options):
        """Asked and answered is JSON."""
        request, answer = json.dumps({"schema": 1, "call": name, **options}), c_char_p()
        self.must(library.upnudge_call(self.handle, request.encode(), byref(answer)))
        return json.loads(answer.value)


# Stands for your command, which takes its time and prints the lockfile of an upgrade.
DRY_UPGRADE = ["sh", "-c", '"$UPNUDGE_ENVIRONMENT/dry-upgrade"']


def activate(u, environment):
    """At each activation: what there is to say, and a check in the background, once a day."""
    notice = u.call("notify", environment=environment, hint="acme upgrades")
    if notice["notified"]:
        print(notice["text"], file=sys.stderr)
    try:
        u.call("check_detach", environment=environment, command=DRY_UPGRADE)
    except RuntimeError:
        pass  # An activation does not fail for it; `upnudge explain` says why.


def check(u, environment):
    """A check by ourselves. What stands for our dry upgrade has the lockfile of an upgrade as input."""
    begun = u.call("check_begin", environment=environment)
    if begun["outcome"] != "begun":
        print("acme: " + begun["reason"], file=sys.stderr)
        return
    upgraded = sys.stdin.read()
    if upgraded:
        u.call("check_commit", check=begun["check"], upgraded=upgraded)
    else:
        u.call("check_fail", check=begun["check"], reason="the dry upgrade printed nothing")


try:
    with Upnudge() as handle:
        (check if sys.argv[1] == "check" else activate)(handle, sys.argv[2])
except RuntimeError as error:
    sys.exit(f"acme: {error}")
