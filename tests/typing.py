#!/usr/bin/env python3
"""Runs a program at a terminal of its own and types what standard input says; what the terminal shows comes out here.

Usage: typing.py SECONDS PROMPT WORD...  A line of standard input is one of

    line TEXT    at the next PROMPT: the text and Return
    keys TEXT    at once: the text, in which \\r, \\x03 and the like are as Python writes them
    wait PATH    until the file is there
    make PATH    the file

Ends with the program's exit code. One that takes longer than SECONDS hangs, and is ended.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

# Wide enough for every line to stay one.
LINES, COLUMNS = 50, 400
seconds, prompt = int(sys.argv[1]), os.fsencode(sys.argv[2])
steps = [line.rstrip(b"\n").partition(b" ")[::2] for line in sys.stdin.buffer]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
signal.alarm(seconds)
shown, seen, ended, status = bytearray(), 0, False, None
PATIENCE = 0.02


def listen():
    """Takes what the terminal shows, or waits a moment; a program that ended may have left others at the terminal."""
    global ended, status
    over = status is not None
    if not over:
        gone, code = os.waitpid(pid, os.WNOHANG)
        status = code if gone else None
    if not select.select([terminal], [], [], 0 if over else PATIENCE)[0]:
        ended = over
        return
    try:
        data = os.read(terminal, 65536)
    except OSError:
        # Linux says EIO when the last process that had the terminal open is gone.
        data = b""
    ended = not data
    shown.extend(data)


def await_prompt():
    global seen
    while not ended and shown.find(prompt, seen) < 0:
        listen()
    seen = len(shown)


def step(kind, text):
    if kind == b"line":
        await_prompt()
        os.write(terminal, text + b"\r")
    elif kind == b"keys":
        os.write(terminal, text.decode("unicode_escape").encode("latin-1"))
    elif kind == b"make":
        open(text, "x").close()
    while kind == b"wait" and not ended and not os.path.exists(text):
        listen()


for kind, text in steps:
    if not ended:
        step(kind, text)
while not ended:
    listen()
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1] if status is None else status) & 255)
