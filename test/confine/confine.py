#!/usr/bin/env python3
"""confine.py WAY - makes every attempt of attempts.def in a worker of the service, which is run in one way:

plain      by root, with nothing around it but what it takes from itself
control    the same with --unconfined: the attempts must not end there, or they would prove nothing
unit       by systemd, as the packaged unit says
container  as docs/install.md says
plugin     as a managed plugin

What is needed around it, inside and systemd have made in the folder $PRIVATE.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = os.environ["PRIVATE"]
DOOR = f"{FOLDER}/door.so"
PATIENCE = 30  # seconds, for what must happen
PLUGIN_RESTS = 5  # seconds; the daemon looks for a plugin's socket at once, and 3 seconds later
REFUSALS = {"EACCES", "EPERM", "ENOENT", "EROFS", "ENOSYS"}
# What root could do to any Linux, were it not for Landlock.
WORKS = {"read /etc/shadow", "write /etc/shadow, as the log is written", "have the kernel start a program (core_pattern)",
         "write over its own code (/proc/self/mem)", "change its own policy", "put another policy beside it", "list a folder",
         "remove a foreign file", "make a key of root's"}

passed = failed = skipped = 0


def check(good, words):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {words}")


def skip(words, count=1):
    global skipped
    skipped += count
    print(f"skipped: {words}")


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > end:
            return None
        time.sleep(0.02)
    return found


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout.strip()


class Plain:
    """A process of ours. It holds no files where the kernel has no Landlock, and says so."""

    def __init__(self, *options):
        self.policy = f"{FOLDER}/policy/policy.yaml"
        self.socket = f"{FOLDER}/plain/plugin.sock"
        self.said = f"{FOLDER}/plain.said"
        self.options = options
        self.process = None

    def start(self):
        """Unless it runs."""
        if self.process and self.process.poll() is None:
            return
        os.makedirs(os.path.dirname(self.policy), exist_ok=True)
        pathlib.Path(self.policy).write_text("version: 1\nname: confined\n", encoding="utf-8")
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [os.environ["CIS_AUTHZ"], "serve", "--policy", self.policy, "--socket", self.socket, *self.options],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=dict(os.environ, LD_PRELOAD=DOOR))

    def ended(self):
        """By the filter of system calls."""
        return self.process.wait(PATIENCE) == -signal.SIGSYS

    def log(self):
        return pathlib.Path(self.said).read_text(encoding="utf-8", errors="replace")

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


class Unit:
    """systemd starts it again by itself, and tells how it ended."""

    policy = "/etc/cis-authz/policy.yaml"
    socket = "/run/docker/plugins/cis-authz.sock"

    def __init__(self):
        self.ends = pathlib.Path(f"{FOLDER}/ends")  # a line for each, as ExecStopPost is told
        self.seen = 0

    def start(self):
        pass

    def ended(self):
        ends = wait_for(lambda: self.ends.exists() and self.ends.read_text(encoding="utf-8").splitlines()[self.seen:])
        self.seen += len(ends or [])
        return ends == ["killed SYS"]

    def log(self):
        return pathlib.Path(f"{FOLDER}/unit.log").read_text(encoding="utf-8", errors="replace")

    def stop(self):
        pass


class Container:
    """The command of docs/install.md, which `inside` has run; but started anew by us, to see how it ended."""

    policy = "/etc/cis-authz/policy.yaml"
    socket = "/run/docker/plugins/cis-authz.sock"

    def state(self):
        return run("docker", "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}", "cis-authz")

    def start(self):
        if not self.state().startswith("true"):
            run("docker", "start", "cis-authz")

    def ended(self):
        return wait_for(lambda: self.state() == f"false {128 + signal.SIGSYS}")

    def log(self):
        return run("docker", "logs", "cis-authz")

    def stop(self):
        run("docker", "rm", "--force", "cis-authz")


class Plugin:
    """Several, since the daemon, which starts one again that has ended, gives it up when it ends again within seconds."""

    policy = "/etc/cis-authz/policy.yaml"

    def __init__(self):
        ids = run("docker", "plugin", "ls", "--quiet", "--no-trunc").split()
        self.places = [{"socket": f"/run/docker/plugins/{plugin}/cis-authz.sock", "from": 0} for plugin in ids]
        self.socket = self.process = None

    def start(self):
        """The one that has rested longest."""
        place = self.places.pop(0)
        self.places.append(place)
        time.sleep(max(0, place["from"] - time.monotonic()))
        self.socket = place["socket"]
        with connect(self) as peer:
            self.process = int.from_bytes(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[:4], sys.byteorder)

    def ended(self):
        """How, the daemon does not tell."""
        gone = wait_for(lambda: not os.path.exists(f"/proc/{self.process}"))
        self.places[-1]["from"] = time.monotonic() + PLUGIN_RESTS
        return gone

    def log(self):
        return pathlib.Path(f"{FOLDER}/dockerd.log").read_text(encoding="utf-8", errors="replace")

    def stop(self):
        pass


def connect(way):
    def try_it():
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(PATIENCE)
        try:
            peer.connect(way.socket)
            return peer
        except OSError:
            peer.close()
            return None

    peer = wait_for(try_it)
    if not peer:
        raise RuntimeError(f"nobody answers on {way.socket}: {way.log()[-2000:]}")
    return peer


def attempt(way, number):
    """What became of it: "0", "-1 EACCES"; None where the service did not live to tell."""
    way.start()
    with connect(way) as peer:
        peer.sendall(f"ATTEMPT {number} {way.policy}\n".encode())
        heard = b""
        try:
            while data := peer.recv(4096):
                heard += data
        except OSError:
            pass
    return heard.decode().strip() or None


def judge(name, way, attempts, files_kept):
    for number, (end, words) in enumerate(attempts):
        if end == "KEPT" and not files_kept:
            continue
        result = attempt(way, number)
        if end == "ENDS":
            check(result is None and way.ended(), f"{name}: {words}: {result or 'no answer'}, where the filter should end the process")
        else:
            check(result and result.split()[-1] in REFUSALS, f"{name}: {words}: {result or 'no answer'}, where it should be refused")


def judge_control(way, attempts):
    for number, (end, words) in enumerate(attempts):
        way.stop()
        way.start()
        result = attempt(way, number)
        check(result, f"control: {words} ends the process without the confinement, too")
        if end == "KEPT" and words in WORKS:
            check(result == "0", f"control: {words} should work without the confinement: {result}")


def main(name):
    attempts = re.findall(r'^ATTEMPT\((\w+), "([^"]+)"', (HERE / "attempts.def").read_text(encoding="utf-8"), re.MULTILINE)
    ways = {"plain": Plain, "unit": Unit, "container": Container, "plugin": Plugin}
    if name == "control":
        way = Plain("--unconfined")
        way.start()
        judge_control(way, attempts)
    else:
        way = ways[name]()
        way.start()
        connect(way).close()
        files_kept = "keeps no files from the service" not in way.log()
        if not files_kept:
            skip(f"{name}: what Landlock keeps, since the kernel, or the engine's filter for containers, does not let the "
                 "service have it", sum(end == "KEPT" for end, _ in attempts))
        judge(name, way, attempts, files_kept)
    way.stop()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
