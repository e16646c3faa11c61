#!/usr/bin/env python3
"""crowd.py PROGRAM LOAD - every call of a crowd is answered, in every way of serving that we ship.

An event loop that takes a full list of events for "there is more" can stand still when exactly as many come at once
as the list has room for; libmicrohttpd's holds 128. So exactly that many callers come here, and one fewer, and one
more, with kept connections and with a new one for each call. The server is held until everybody has
spoken, so that all calls are there at once; later signals would wake a loop that stands still. No time is judged: what is not answered within SECONDS is lost.
"""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

SECONDS = 60
CROWDS = [1, 127, 128, 129, 255, 256, 257]
AGAIN = 3
CALLS = 20  # of each caller
PAUSE = 0.1  # seconds; long enough for all callers to speak
WORKERS = [1, 2, 4]
PING = '{"RequestMethod":"GET","RequestUri":"/_ping"}'


def wait_for_socket(path, server):
    end = time.monotonic() + SECONDS
    while not path.is_socket():
        if server.poll() is not None or time.monotonic() > end:
            sys.exit("the server did not start")
        time.sleep(0.01)


def stop(server):
    """Whether it ended well: a loop that stands still is one that cannot be told to stop."""
    server.send_signal(signal.SIGTERM)
    try:
        return server.wait(SECONDS) == 0
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
        return False


def try_crowd(server, command, crowd, way):
    calls = crowd * CALLS
    server.send_signal(signal.SIGSTOP)
    load = subprocess.Popen([*command, str(crowd), str(calls), str(SECONDS), way], stdout=subprocess.PIPE, text=True)
    time.sleep(PAUSE)
    server.send_signal(signal.SIGCONT)
    seen = json.loads(load.communicate()[0])
    print(f"{crowd} connections, {way}: {seen['answered']} of {calls} answered, {seen['allowed']} allowed")
    return seen["answered"] == seen["allowed"] == calls


def main():
    program, load = sys.argv[1:]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cis-authz-crowd.") as name:
        folder = pathlib.Path(name)
        envelope = folder / "ping.json"
        envelope.write_text(PING, encoding="utf-8")
        for workers in WORKERS:
            print(f"workers: {workers}")
            socket = folder / f"plugin-{workers}.sock"
            server = subprocess.Popen([program, "serve", "--socket", socket, "--workers", str(workers),
                                       "--decision-log", folder / "decisions"], stderr=subprocess.DEVNULL)
            try:
                wait_for_socket(socket, server)
                command = [load, socket, "/AuthZPlugin.AuthZReq", envelope]
                for way in ["keep", "once"]:
                    failed += sum(not try_crowd(server, command, crowd, way) for crowd in CROWDS * AGAIN)
            finally:
                if not stop(server):
                    print("the server did not stop when told to")
                    failed += 1
    sys.exit(1 if failed else 0)


main()
