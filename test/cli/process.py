#!/usr/bin/env python3
"""process.py PROGRAM - what `serve` asks of its process: signals, file modes, descriptors.

Each is asked for by what comes of it, not by how it is set.
"""

import os
import pathlib
import resource
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
SECONDS = 20
passed = 0
complaints = []


def expect(what, came, wanted):
    global passed
    if came == wanted:
        passed += 1
    else:
        complaints.append(f"{what}: {came}, not {wanted}")


def answers(path):
    """Whether the plugin at the socket says what it is."""
    try:
        with socket.socket(socket.AF_UNIX) as plugin:
            plugin.settimeout(SECONDS)
            plugin.connect(path)
            plugin.sendall(b"POST /Plugin.Activate HTTP/1.1\r\nHost: \r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            return b"Implements" in plugin.recv(65536)
    except OSError:
        return False


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


class Serving:
    """A server in a folder of its own, started with `first` done in its process."""

    def __init__(self, first, stderr=subprocess.DEVNULL, options=()):
        self.temporary = tempfile.TemporaryDirectory(prefix="cis-authz-process.")
        self.folder = pathlib.Path(self.temporary.name)
        self.socket = str(self.folder / "new/plugin.sock")
        self.server = subprocess.Popen([PROGRAM, "serve", "--socket", self.socket, "--decision-log",
                                        str(self.folder / "log"), "--workers", "2", *options],
                                       stderr=stderr, preexec_fn=first)
        self.ready = wait_until(lambda: self.server.poll() is not None or answers(self.socket)) and answers(self.socket)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait(SECONDS)
        self.temporary.cleanup()

    def reads_again(self):
        """Has it say something on standard error; whether it answers after that."""
        for _ in range(3):
            self.server.send_signal(signal.SIGHUP)
            time.sleep(0.3)
        return self.server.poll() is None and answers(self.socket)


def proc(server, name):
    return pathlib.Path(f"/proc/{server.pid}/{name}").read_text(encoding="utf-8")


# Python ignores both and gives them back to whom it starts; so they are the defaults here.
def defaults():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


read_end, write_end = os.pipe()
with Serving(defaults, stderr=write_end) as s:
    os.close(write_end)
    expect("ready", s.ready, True)
    os.close(read_end)
    expect("who reads standard error has gone: answers", s.reads_again(), True)


# Standard error is a file at the limit of its size, as under a unit with LimitFSIZE.
def small_files():
    defaults()
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


with tempfile.TemporaryFile() as full:
    full.write(b"x" * 4096)
    full.flush()
    with Serving(small_files, stderr=full) as s:
        expect("standard error is a file at its limit: answers", s.ready and s.reads_again(), True)


# What a file or folder gets when nobody sets its mode is for root alone.
with Serving(lambda: os.umask(0)) as s:
    expect("umask", [line.split()[1] for line in proc(s.server, "status").splitlines() if line.startswith("Umask:")],
           ["0077"])
    open_to_others = [str(path.relative_to(s.folder)) for path in s.folder.rglob("*")
                      if stat.S_IMODE(path.stat().st_mode) & 0o077]
    expect("files for others", open_to_others, [])


# Each connection takes a descriptor, and 1024 are fewer than the server takes connections.
def limited(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def descriptors(server):
    return next(line.split()[3:5] for line in proc(server, "limits").splitlines() if line.startswith("Max open files"))


most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
for soft, hard, wanted in ((256, most, min(4096, most)), (256, 512, 512)):
    with Serving(limited(soft, hard)) as s:
        expect(f"descriptors of {soft}, at most {hard}", descriptors(s.server), [str(wanted)] * 2)

print(*complaints, f"{passed} passed, {len(complaints)} failed", sep="\n")
sys.exit(bool(complaints))
