#!/usr/bin/env python3
"""look.py PROGRAM - `serve` and its helper between callers and a daemon that asks the plugin about everything.

The daemon here is a fake, so that it can do what a real one does once in a year: it answers as the image that it is asked
for is called. As a real one it asks the plugin about every request that it gets, the helper's own among them.
"""

import base64
import collections
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 30
MANY = 200
HEADER = "X-Cis-Authz-Look"
UNSEEN = "the image may say root"
# Whoever is not the helper may look at nothing, so a call that is taken for the helper's shows.
POLICY = """version: 1
profile: none
rules: { container-user: deny, trusted-users: deny }
access:
  rules: [ { users: [""], deny: [image.inspect, volume.inspect, network.inspect, container.inspect, service.inspect, system.info] } ]
"""
passed = 0
complaints = []


def expect(what, came, wanted):
    global passed
    if came == wanted:
        passed += 1
    else:
        complaints.append(f"{what}: {came!r}, not {wanted!r}")


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(condition())


def connect(path):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(SECONDS)
    s.connect(path)
    return s


def ask(s, envelope):
    """Says the daemon's question and does not wait."""
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    s.sendall(b"POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def hear(s):
    """The answer, or None where the connection ended before."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = s.recv(65536)
        if not more:
            return None
        text += more
    head, _, body = text.partition(b"\r\n\r\n")
    length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
    while len(body) < length:
        body += s.recv(65536)
    return json.loads(body)


def verdict(path, envelope):
    with connect(path) as s:
        ask(s, envelope)
        return hear(s)


def create(image, **more):
    body = json.dumps({"Image": image, **more}).encode()
    return {"RequestMethod": "POST", "RequestUri": f"/v1.41/containers/create?name={image}",
            "RequestHeaders": {"Content-Type": "application/json", "Content-Length": str(len(body))},
            "RequestBody": base64.b64encode(body).decode()}


class Docker:
    """The daemon. `go` holds answers back until it is set."""

    def __init__(self, path, plugin):
        self.path, self.plugin = path, plugin
        self.go = threading.Event()
        self.go.set()
        self.asked = collections.Counter()  # by target
        self.headers, self.refused = [], []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(256)
        self.connections = []
        self.ending, self.ended = threading.Lock(), False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(s)
            threading.Thread(target=self.talk, args=(s,), daemon=True).start()

    def talk(self, s):
        text = b""
        try:
            while True:
                while b"\r\n\r\n" not in text:
                    more = s.recv(65536)
                    if not more:
                        return
                    text += more
                head, _, text = text.partition(b"\r\n\r\n")
                if not self.answer(s, head.decode()):
                    return
        except OSError:
            pass
        finally:
            s.close()

    def answer(self, s, head):
        line, *fields = head.split("\r\n")
        method, target, _ = line.split(" ")
        # As Go's server has them, but for the host.
        headers = {name.title(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
        headers.pop("Host", None)
        self.headers.append(headers)
        self.asked[target] += 1
        reply = verdict(self.plugin, {"RequestMethod": method, "RequestUri": target, "RequestHeaders": headers})
        if not reply or not reply["Allow"]:
            self.refused.append((target, reply))
            return self.say(s, 403, b"{}")
        self.go.wait(SECONDS)
        name = target.split("/")[2]
        how = name.partition("-")[0]
        if how == "silent":
            time.sleep(SECONDS)
        elif how == "half":
            s.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"Id":"sha256:0f","Config":{"User":"1000"')
            return False
        elif how == "garbage":
            s.sendall(os.urandom(1000))
            return False
        elif how == "wrong":
            return self.say(s, 200, b'{"Id":"sha256:0f","Config":{"User":["1000"]}}')
        elif how == "endless":
            s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n" + b" " * 67108864)
        elif how == "absent":
            return self.say(s, 404, b'{"message":"No such image"}')
        elif how == "root":
            return self.say(s, 200, b'{"Id":"sha256:0f","Config":{}}')
        elif how == "dies":
            self.stop()
            return False
        return self.say(s, 200, json.dumps({"Id": "sha256:" + "0f" * 32, "Config": {"User": "1000"}}).encode())

    @staticmethod
    def say(s, status, body):
        s.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
        return True

    def stop(self):
        """Once: the next daemon's socket has the same name."""
        with self.ending:
            if self.ended:
                return
            self.ended = True
        self.listener.close()
        for s in self.connections:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        os.unlink(self.path)


class Serving:
    """serve with one worker, and the daemon, in a folder of their own."""

    def __init__(self, *options, policy=POLICY, docker=True):
        self.temporary = tempfile.TemporaryDirectory(prefix="cis-authz-look.")
        self.folder = pathlib.Path(self.temporary.name)
        self.policy = self.folder / "policy.yaml"
        self.policy.write_text(policy, encoding="utf-8")
        self.socket, self.path = str(self.folder / "plugin.sock"), str(self.folder / "docker.sock")
        self.docker = Docker(self.path, self.socket) if docker else None
        self.errors = open(self.folder / "errors", "wb")
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--socket", self.socket, "--policy", str(self.policy), "--decision-log",
             str(self.folder / "log"), "--record", str(self.folder / "record"), "--metrics", str(self.folder / "metrics"),
             "--workers", "1", "--docker", self.path, *options], stderr=self.errors)
        wait_until(lambda: self.ready() is not None)

    def page(self, name):
        try:
            with connect(str(self.folder / "metrics")) as s:
                s.sendall(b"GET /" + name.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                text = b""
                while more := s.recv(65536):
                    text += more
                return text.decode()
        except OSError:
            return None

    def ready(self):
        page = self.page("readyz")
        return page and page.partition("\r\n\r\n")[2]

    def metric(self, name):
        return int(re.search(rf"^{re.escape(name)} (\d+)$", self.page("metrics"), re.MULTILINE).group(1))

    def records(self):
        log = self.folder / "log"
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []

    def processes(self):
        """The keeper and the helper."""
        found = []
        for _ in range(2):
            parents = [str(self.server.pid), *found]
            found = [p.name for p in pathlib.Path("/proc").iterdir() if p.name.isdigit() and self.parent(p) in parents]
        return found

    @staticmethod
    def parent(process):
        try:
            state, parent = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            return parent if state != "Z" else None
        except OSError:
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        processes = self.processes()
        self.server.terminate()
        expect("ends well", self.server.wait(SECONDS), 0)
        expect("keeper and helper end with it",
               wait_until(lambda: all(self.parent(pathlib.Path("/proc") / p) is None for p in processes)), True)
        if self.docker:
            self.docker.stop()
        self.errors.close()
        self.temporary.cleanup()


def many(what, image, wanted, serving, count=MANY):
    """So many creates at once, the answers held back until the last is asked."""
    connections = [connect(serving.socket) for _ in range(count)]
    for number, s in enumerate(connections):
        ask(s, create(f"{image}-{number}"))
    serving.docker.go.set()
    replies = [hear(s) for s in connections]
    for s in connections:
        s.close()
    if wanted is None:
        expect(what, [r for r in replies if r != {"Allow": True}], [])
    else:
        expect(what, [r for r in replies if not r or r["Allow"] or wanted not in r["Msg"]], [])


# --- One worker, two hundred creates, each with a look-up that the daemon asks the plugin about. ----------------------
with Serving("--look-timeout", "10000") as s:
    s.docker.go.clear()
    many("seen", "seen", None, s)
    many("root", "root", "the image's USER names nobody", s)
    many("absent", "absent", "Pull it first", s)
    expect("own requests were let through", s.docker.refused, [])
    expect("every image was asked for once", set(s.docker.asked.values()), {1})
    expect("look-ups counted", [s.metric(f'cis_authz_look_ups_total{{outcome="{o}"}}') for o in ("seen", "absent", "unseen")],
           [2 * MANY, MANY, 0])
    expect("own calls counted", s.metric("cis_authz_own_calls_total"), 3 * MANY)
    expect("readyz", s.ready(), "ready\nlook-ups: working\n")
    # Nothing is left open, so nothing is asked.
    expect("given", verdict(s.socket, create("other", User="1000")), {"Allow": True})
    expect("denied without a look", verdict(s.socket, create("other", User="0"))["Allow"], False)
    expect("not asked for", s.docker.asked["/images/other/json"], 0)
    expect("only creates are on record", wait_until(lambda: len(s.records()) == 3 * MANY + 2), True)
    ids = {(r["image"].partition("-")[0], r.get("image_id")) for r in s.records()}
    expect("the images that were judged", ids,
           {("seen", "sha256:" + "0f" * 32), ("root", "sha256:0f"), ("absent", None), ("other", None)})
    expect("their operations", {r["operation"] for r in s.records()}, {"container.create"})

# --- A daemon that does not do as it should: as unseen, within the limit. ---------------------------------------------
with Serving("--look-timeout", "400") as s:
    for image in "half", "garbage", "wrong", "endless", "silent", "dies":
        many(image, image, UNSEEN, s, 4 if image == "endless" else 40)
    expect("readyz says so", s.ready(), "ready\nlook-ups: failing\n")
    expect("unseen is counted", s.metric('cis_authz_look_ups_total{outcome="unseen"}') >= 4 * 40, True)
    # The daemon starts anew.
    s.docker.stop()
    s.docker = Docker(s.path, s.socket)
    many("a new daemon", "seen", None, s, 40)
    expect("readyz is well again", s.ready(), "ready\nlook-ups: working\n")
    # The helper is killed.
    for process in s.processes():
        if pathlib.Path(f"/proc/{process}/comm").read_text(encoding="utf-8").startswith("cis-authz-look"):
            os.kill(int(process), signal.SIGKILL)
    expect("a new helper", wait_until(lambda: verdict(s.socket, create("seen-again"))["Allow"]), True)

# --- Whoever goes away while a call waits. ----------------------------------------------------------------------------
with Serving("--look-timeout", "10000") as s:
    s.docker.go.clear()
    gone = [connect(s.socket) for _ in range(40)]
    for number, connection in enumerate(gone):
        ask(connection, create(f"seen-{number}"))
    expect("all wait", wait_until(lambda: s.metric("cis_authz_calls_in_flight") >= 40), True)
    for connection in gone:
        connection.close()
    s.docker.go.set()
    expect("goes on", verdict(s.socket, create("seen"))["Allow"], True)
    expect("none under way", wait_until(lambda: s.metric("cis_authz_calls_in_flight") == 0), True)

    # A reload: who waits is judged by what was in force when the question came.
    s.docker.go.clear()
    with connect(s.socket) as waits:
        ask(waits, create("root-before"))
        expect("asked for", wait_until(lambda: s.docker.asked["/images/root-before/json"]), True)
        s.policy.write_text("version: 1\nprofile: none\n", encoding="utf-8")
        s.server.send_signal(signal.SIGHUP)
        expect("reloaded", wait_until(lambda: s.metric("cis_authz_policy_generation") == 2), True)
        expect("the new one asks nothing", verdict(s.socket, create("root-after")), {"Allow": True})
        s.docker.go.set()
        expect("the old one judges", hear(waits)["Allow"], False)
    expect("records", wait_until(lambda: {r["policy"]["generation"] for r in s.records() if "root" in r["image"]} == {1, 2}),
           True)

# --- SIGTERM: what waits is answered, by what the daemon says. --------------------------------------------------------
with Serving("--look-timeout", "10000") as s:
    s.docker.go.clear()
    with connect(s.socket) as waits, connect(s.socket) as other:
        ask(waits, create("seen"))
        ask(other, create("root"))
        expect("both are asked for", wait_until(lambda: len(s.docker.asked) == 2), True)
        s.server.terminate()
        expect("the socket's name goes", wait_until(lambda: not os.path.exists(s.socket)), True)
        s.docker.plugin = None
        s.docker.go.set()
        expect("seen", hear(waits), {"Allow": True})
        expect("root", hear(other)["Allow"], False)

# --- The secret. ------------------------------------------------------------------------------------------------------
LOOKS = ["/images/seen/json", "/v1.41/images/a/b:1/json", "/volumes/a", "/networks/a", "/containers/a/json", "/services/a", "/info"]


def look(target, *values, method="GET", header=HEADER, body=None):
    headers = ",".join(f'"{header}":{json.dumps(v)}' for v in values)
    more = f',"RequestBody":"{body}"' if body else ""
    return f'{{"RequestMethod":"{method}","RequestUri":"{target}","RequestHeaders":{{{headers}}}{more}}}'.encode()


old = None
for run in range(2):
    with Serving() as s:
        expect("first look", verdict(s.socket, create("seen"))["Allow"], True)
        secret = s.docker.headers[0].get(HEADER, "")
        expect("64 hex digits", bool(re.fullmatch("[0-9a-f]{64}", secret)), True)
        before = s.metric("cis_authz_own_calls_total")
        for target in LOOKS:
            expect(f"own {target}", verdict(s.socket, look(target, secret)), {"Allow": True})
        expect("header in other case", verdict(s.socket, look("/info", secret, header=HEADER.lower())), {"Allow": True})
        expect("all counted", wait_until(lambda: s.metric("cis_authz_own_calls_total") == before + len(LOOKS) + 1), True)
        flipped = secret[:-1] + ("0" if secret[-1] != "0" else "1")
        tries = {
            "none": look("/info"),
            "empty": look("/info", ""),
            "wrong at its end": look("/info", flipped),
            "wrong at its beginning": look("/info", ("0" if secret[0] != "0" else "1") + secret[1:]),
            "short": look("/info", secret[:-1]),
            "long": look("/info", secret + "0"),
            "blank before": look("/info", " " + secret),
            "upper case": look("/info", secret.upper() if secret.upper() != secret else "A" * 64),
            "twice": look("/info", secret, secret),
            "twice, the second wrong": look("/info", secret, flipped),
            "both cases": look("/info", secret).replace(b'"}', b'","%s":"%s"}' % (HEADER.lower().encode(), secret.encode())),
            "HEAD": look("/info", secret, method="HEAD"),
            "POST": look("/containers/create", secret, method="POST", body="e30="),
            "DELETE": look("/containers/a", secret, method="DELETE"),
            "POST to a look's path": look("/images/seen/json", secret, method="POST"),
            "a body": look("/info", secret, body="e30="),
            "parameters": look("/info?a=b", secret),
            "another GET": look("/images/json", secret),
            "logs": look("/containers/a/logs", secret),
            "a path that leads elsewhere": look("/containers/a/../../info", secret),
        }
        if old:
            tries["of an earlier run"] = look("/info", old)
        # Nobody is denied these; but they are on record, and not taken for ours.
        allowed = {"another GET", "logs", "HEAD", "DELETE", "POST to a look's path"}
        for name, question in tries.items():
            reply = verdict(s.socket, question)
            expect(f"secret: {name}", reply["Allow"] and name not in allowed, False)
            expect(f"secret: {name}: not told", secret in json.dumps(reply), False)
        expect("none taken for ours", s.metric("cis_authz_own_calls_total"), before + len(LOOKS) + 1)
        expect("all on record", wait_until(lambda: len(s.records()) == len(tries) + 1), True)
        expect("all recorded", wait_until(lambda: len((s.folder / "record").read_text().splitlines()) == len(tries) + 1), True)
        for name in "log", "record", "errors":
            expect(f"not in {name}", secret in (s.folder / name).read_text(encoding="utf-8"), False)
        expect("not in the metrics", secret in s.page("metrics"), False)
        for process in [str(s.server.pid), *s.processes()]:
            for file in "cmdline", "environ":
                expect(f"not in {file}", secret.encode() in pathlib.Path(f"/proc/{process}/{file}").read_bytes(), False)
        expect("another one each time", secret != old, True)
        old = secret

# --- Switched off, or nobody there. -----------------------------------------------------------------------------------
with Serving("--docker", "none") as s:
    expect("off", s.ready(), "ready\nlook-ups: off\n")
    expect("no process", s.processes(), [])
    expect("unseen", UNSEEN in verdict(s.socket, create("seen"))["Msg"], True)
    expect("nobody asked", dict(s.docker.asked), {})
    expect("an empty secret is none", verdict(s.socket, look("/info", ""))["Allow"], False)
    expect("nor are zeros", verdict(s.socket, look("/info", "\0" * 64))["Allow"], False)
with Serving(docker=False) as s:
    expect("no daemon: unseen", UNSEEN in verdict(s.socket, create("seen"))["Msg"], True)
    expect("no daemon: failing", s.ready(), "ready\nlook-ups: failing\n")

print(*complaints, f"{passed} passed, {len(complaints)} failed", sep="\n")
sys.exit(bool(complaints))
