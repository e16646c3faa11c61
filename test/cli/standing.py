#!/usr/bin/env python3
"""standing.py PROGRAM - what a service manager is told of a `serve`, and what is said where its unit keeps it from the network."""

import ctypes
import errno
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
SECONDS = 20
complaints = []


def expect(what, came, wanted):
    if came != wanted:
        complaints.append(f"{what}: {came!r}, not {wanted!r}")


class Manager:
    """Starts a server by a policy of its own, and hears what it tells."""

    def __init__(self, folder, policy):
        self.policy = folder / "policy.yaml"
        self.write(policy)
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.bind(str(folder / "notify"))
        self.heard.settimeout(SECONDS)
        environment = dict(os.environ, NOTIFY_SOCKET=str(folder / "notify"))
        self.server = subprocess.Popen([PROGRAM, "serve", "--policy", str(self.policy), "--socket", str(folder / "a.sock"),
                                        "--decision-log", str(folder / "log")], env=environment, stderr=subprocess.DEVNULL)

    def write(self, text):
        new = self.policy.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.chmod(0o600)
        new.rename(self.policy)

    def status(self):
        """The next status line that is told, or None."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                told = self.heard.recv(4096).decode()
            except OSError:
                return None
            for line in told.splitlines():
                if line.startswith("STATUS="):
                    return line.removeprefix("STATUS=")
        return None

    def end(self):
        self.server.terminate()
        self.server.wait(SECONDS)
        self.heard.close()


def test_status(folder):
    manager = Manager(folder, "version: 1\nname: mine\n")
    try:
        expect("at the start", manager.status(), "Enforcing policy mine")
        manager.write("version: 1\nname: mine\nmode: warn\n")
        expect("mode: warn", manager.status(), "Denying nothing (mode: warn), watching by policy mine")
        manager.write("version: 9\n")
        expect("a bad file", manager.status(), "Denying nothing (mode: warn), watching by policy mine; the file on disk is not "
               "taken, `cis-authz check` says why")
        manager.write("version: 1\nname: next\n")
        expect("a good one", manager.status(), "Enforcing policy next")
    finally:
        manager.end()


class Argument(ctypes.Structure):
    """struct scmp_arg_cmp of libseccomp."""
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def without_network():
    """What RestrictAddressFamilies=AF_UNIX does to a process."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(0x7FFF0000))  # SCMP_ACT_ALLOW
    equal = 4  # SCMP_CMP_EQ
    for family in (socket.AF_INET, socket.AF_INET6):
        argument = Argument(0, equal, family, 0)
        refusal = 0x00050000 | errno.EAFNOSUPPORT  # SCMP_ACT_ERRNO
        seccomp.seccomp_rule_add_array(context, refusal, seccomp.seccomp_syscall_resolve_name(b"socket"), 1,
                                       ctypes.byref(argument))
    if seccomp.seccomp_load(context) != 0:
        os._exit(77)


def test_metrics_without_network(folder):
    done = subprocess.run([PROGRAM, "serve", "--socket", str(folder / "b.sock"), "--decision-log", str(folder / "log"),
                           "--metrics", "127.0.0.1:9323"], preexec_fn=without_network, stderr=subprocess.PIPE, text=True,
                          timeout=SECONDS, check=False)
    expect("--metrics without a network: exit status", done.returncode, 1)
    for words in ("127.0.0.1:9323: error: this process may open no such socket", "share/cis-authz/systemd/metrics.conf"):
        if words not in done.stderr:
            complaints.append(f"--metrics without a network does not say '{words}': {done.stderr}")


with tempfile.TemporaryDirectory(prefix="cis-authz-standing.") as name:
    test_status(pathlib.Path(name))
    test_metrics_without_network(pathlib.Path(name))
print("\n".join(complaints))
sys.exit(1 if complaints else 0)
