"""service.py - the plugin as a process: started, killed, watched and its records read."""

import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time

import question

SOCKET = "/run/docker/plugins/cis-authz.sock"
FOLDER = os.environ["PRIVATE"]
PROGRAM = os.environ["CIS_AUTHZ"]
WATCHDOG = 60  # seconds, for what takes milliseconds


def wait_for(condition, seconds=WATCHDOG, every=0.02):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


class Connection:
    """Of a caller. Whatever goes wrong is an OSError."""

    def __init__(self, timeout=WATCHDOG):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(SOCKET)
        except OSError:
            self.socket.close()
            raise

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The body of one answer."""
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._some()
        length = data.lower().index(b"content-length: ") + len(b"content-length: ")
        whole = end + 4 + int(data[length : data.index(b"\r\n", length)])
        while len(data) < whole:
            data += self._some()
        return data[end + 4 :]

    def ask(self, data):
        self.send(data)
        return self.receive()

    def close(self):
        self.socket.close()

    def _some(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed by the plugin")
        return data


def answers():
    try:
        connection = Connection(timeout=5)
    except OSError:
        return False
    try:
        return b"authz" in connection.ask(question.http(b"", "/Plugin.Activate"))
    except OSError:
        return False
    finally:
        connection.close()


class Service:
    """serve, with a decision log and a process log of its own."""

    def __init__(self, name, *options, policy=None, before=(), environment=None):
        self.log = f"{FOLDER}/{name}.log"
        self.said_in = f"{FOLDER}/{name}.said"
        self.policy = policy and f"{FOLDER}/{name}.yaml"
        self.before = list(before)
        self.environment = dict(os.environ, **(environment or {}))
        self.options = list(options)
        self.process = None
        self.stderr = None  # a descriptor, in place of the file said_in
        self.waits = []  # from each start to its first answer, in milliseconds
        if policy:
            self.write_policy(policy)

    def write_policy(self, text):
        """As whoever changes a policy should: beside, and renamed."""
        with open(self.policy + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(self.policy + ".new", self.policy)

    def start(self):
        policy = ["--policy", self.policy] if self.policy else []
        command = [*self.before, PROGRAM, "serve", "--decision-log", self.log, *policy, *self.options]
        begin = time.monotonic()
        with open(self.said_in, "ab") as said:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said if self.stderr is None else self.stderr,
                env=self.environment
            )
        if not wait_for(lambda: self.process.poll() is not None or answers(), every=0.001) or self.process.poll():
            raise RuntimeError(f"cis-authz does not answer: {self.said()[-2000:]}")
        self.waits.append((time.monotonic() - begin) * 1000)
        return self

    def stop(self, number=signal.SIGTERM):
        process = self.process  # whoever supervises it may start another
        process.send_signal(number)
        process.wait(WATCHDOG)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def alive(self):
        return self.process.poll() is None

    def status(self, key):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return next((int(line.split()[1]) for line in status if line.startswith(key + ":")), 0)

    def processor(self):
        """Seconds of it that were used since the start."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        """KiB."""
        return self.status("VmRSS")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def limit(self, what, most):
        """Sets a soft limit of the running process and returns the one before."""
        soft, hard = resource.prlimit(self.process.pid, what)
        resource.prlimit(self.process.pid, what, (most, hard))
        return soft

    def said(self):
        with open(self.said_in, encoding="utf-8", errors="replace") as said:
            return said.read()

    def says(self, words):
        return wait_for(lambda: words in self.said())

    def records(self, user=None):
        """Those of one user, or all. Lines that are none are left out: see torn()."""
        for line in self._lines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if user is None or record.get("user") == user:
                yield record

    def torn(self):
        return sum(not line.endswith(b"}\n") for line in self._lines() if line != b"\n")

    def recorded(self, user, least):
        """How many records there are, once there are at least so many, or the watchdog barks."""
        wait_for(lambda: sum(1 for _ in self.records(user)) >= least, every=0.3)
        return sum(1 for _ in self.records(user))

    def _lines(self):
        try:
            with open(self.log, "rb") as log:
                yield from log
        except FileNotFoundError:
            pass


class Supervisor:
    """Starts a service again whenever it ends, as Restart=always and RestartSec=250ms of its unit do."""

    def __init__(self, service):
        self.service = service
        self.ending = False
        self.starts = self.refused = 0
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._start()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending = True
        if self.service.alive():
            self.service.stop()
        self.thread.join()
        if self.service.alive():  # it was being started
            self.service.stop()

    def kill(self):
        """And waits until another one answers."""
        before = self.starts
        self.service.process.kill()
        return wait_for(lambda: self.starts > before)

    def _start(self):
        try:
            self.service.start()
            self.starts += 1
        except RuntimeError:
            self.refused += 1

    def _run(self):
        while not self.ending:
            self.service.process.wait()
            time.sleep(0.25)
            if not self.ending:
                self._start()


def docker(*words):
    """Exit status, and all that the user saw."""
    done = subprocess.run(
        ["/usr/bin/docker", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=120, check=False,
    )
    return done.returncode, done.stdout.decode(errors="replace")
