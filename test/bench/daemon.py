#!/usr/bin/env python3
"""daemon.py FOLDER ROUNDS - times calls to the private daemon of FOLDER, with the plugin and without, in turn.

The daemon takes its list of plugins anew on SIGHUP, so both are measured of one process, with the same containers.
Prints a table: the time of a call without the plugin, with it, and the part of it that is the plugin's.
"""

import http.client
import json
import os
import pathlib
import signal
import socket
import statistics
import sys
import time

CALLS = 100  # of each kind, in a round
CREATES = 10
SETTLED = 30  # seconds for the daemon to take its configuration


class Daemon(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def call(self, method, target, body=None):
        text = json.dumps(body) if body is not None else None
        self.request(method, "/v1.41" + target, text, {"Content-Type": "application/json"} if text else {})
        answer = self.getresponse()
        said = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {target}: {answer.status} {said.decode()}")
        return json.loads(said) if answer.getheader("Content-Type") == "application/json" else said



def asks(daemon, folder):
    """Whether the daemon asks the plugin, which leaves a record of every question."""
    decisions = folder / "decisions"
    before = decisions.stat().st_size
    daemon.call("GET", "/_ping")
    time.sleep(0.1)
    return decisions.stat().st_size > before


def switch(daemon, folder, on):
    config = {"authorization-plugins": ["cis-authz"] if on else []}
    (folder / "daemon.json").write_text(json.dumps(config), encoding="utf-8")
    os.kill(int((folder / "dockerd.pid").read_text(encoding="utf-8")), signal.SIGHUP)
    end = time.monotonic() + SETTLED
    while asks(daemon, folder) != on:
        if time.monotonic() > end:
            sys.exit("the daemon did not take its configuration anew")


def timed(times, call):
    """Microseconds of each of so many calls."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1e6)
    return taken


def create_and_remove(daemon):
    made = daemon.call("POST", "/containers/create", {"Image": "bb", "Cmd": ["true"], "HostConfig": {"NetworkMode": "none"}})
    daemon.call("DELETE", f"/containers/{made['Id']}")


def measure(daemon):
    return {"ping": statistics.median(timed(CALLS, lambda: daemon.call("GET", "/_ping"))),
            "list": statistics.median(timed(CALLS, lambda: daemon.call("GET", "/containers/json"))),
            "create and remove": statistics.median(timed(CREATES, lambda: create_and_remove(daemon)))}


def main():
    folder, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    daemon = Daemon(folder / "docker.sock")
    seen = {False: [], True: []}
    for i in range(rounds + 1):
        for on in ((False, True) if i % 2 else (True, False)):
            switch(daemon, folder, on)
            figures = measure(daemon)
            if i > 0:  # the first round warms the daemon up
                seen[on].append(figures)
    print("| call | without, µs | with, µs | ours, µs | share |\n| --- | --- | --- | --- | --- |")
    for name in seen[True][0]:
        off, on = ([figures[name] for figures in seen[way]] for way in (False, True))
        ours = [b - a for a, b in zip(off, on)]
        share = statistics.median(ours) / statistics.median(on)
        print(f"| {name} | {statistics.median(off):,.0f} ({min(off):,.0f}–{max(off):,.0f}) | {statistics.median(on):,.0f} "
              f"({min(on):,.0f}–{max(on):,.0f}) | {statistics.median(ours):,.0f} ({min(ours):,.0f}–{max(ours):,.0f}) | "
              f"{share:.0%} |")


main()
