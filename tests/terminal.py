#!/usr/bin/env python3
"""Runs a program as at a terminal: its output, both kinds, goes to one, and comes out here. It has no input.

Usage: terminal.py SECONDS WORD...  Ends with the program's exit code. One that takes longer hangs, and is ended
with its children; one that a signal ended has 128 and its number as exit code, as in a shell. The terminal is as wide
as $WIDTH says, else it does not know. Once it shows $INTERRUPT, somebody presses Ctrl-C there.
"""
import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios

leader, terminal = pty.openpty()
# Lines end as they were written, not with a carriage return.
modes = termios.tcgetattr(terminal)
modes[1] &= ~termios.OPOST
termios.tcsetattr(terminal, termios.TCSANOW, modes)
if "WIDTH" in os.environ:
    termios.tcsetwinsize(leader, (24, int(os.environ["WIDTH"])))
program = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal,
                           start_new_session=True,
                           preexec_fn=lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0))
os.close(terminal)
signal.signal(signal.SIGALRM, lambda *_: os.killpg(program.pid, signal.SIGKILL))
signal.alarm(int(sys.argv[1]))
awaited = os.environ.get("INTERRUPT", "").encode()
shown = b""
while True:
    try:
        data = os.read(leader, 65536)
    except OSError:
        # Linux says EIO when the last process that had the terminal open is gone.
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    shown += data
    if awaited and awaited in shown:
        awaited = b""
        os.write(leader, b"\x03")
sys.stdout.flush()
code = program.wait()
sys.exit(code if code >= 0 else 128 - code)
