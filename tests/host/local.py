#!/usr/bin/env python3
"""A host that loads our library for itself alone (RTLD_LOCAL, as plugins are loaded), by the path that is
given, and goes elsewhere then: prints the notice, or why there is none.
Usage: local.py LIBRARY STATE_DIR POLICY ENVIRONMENT NOW
"""
import ctypes
import os
import sys
from ctypes import Structure, byref, c_char_p, c_int, c_int64, c_size_t, c_void_p, sizeof


class Sized(Structure):
    """What begins with its size."""
    _fields_ = [("size", c_size_t)]

    def __init__(self, **fields):
        super().__init__(sizeof(self), **fields)


class Options(Sized):
    _fields_ = [(name, c_char_p) for name in ("app", "state_dir", "policy")]


class Activation(Sized):
    _fields_ = [(name, c_char_p) for name in ("environment", "lockfile", "name", "mode", "command", "hint")] + [
        ("now", c_int64), ("terminal", c_int), ("active", c_int)]


class Notice(Sized):
    _fields_ = [("notified", c_int), ("text", c_char_p), ("reason", c_char_p), ("rule", c_char_p), ("next_at", c_int64)]


library, state_dir, policy, environment = (word.encode() for word in sys.argv[1:5])
upnudge = ctypes.CDLL(library.decode(), mode=os.RTLD_LOCAL | os.RTLD_NOW)
os.chdir("/")
handle, notice = c_void_p(), Notice()
options = Options(state_dir=state_dir, policy=policy)
activation = Activation(environment=environment, now=int(sys.argv[5]), terminal=1)
if upnudge.upnudge_open(byref(handle), byref(options)) == 0:
    upnudge.upnudge_notify(handle, byref(activation), byref(notice))
    print((notice.text or notice.reason).decode())
upnudge.upnudge_close(handle)
