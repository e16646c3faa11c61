"""Writes that do not come back: the file system under a log is frozen, or nobody reads standard error."""

import contextlib
import os
import signal
import subprocess
import threading
import time

import question
from fault_files import policy
from load import Load, Users
from service import FOLDER, Connection, Service, docker, wait_for

FREEZE = 6  # seconds
STANDSTILL = 3  # seconds, after which a log that takes nothing has failed for sure


class Disk:
    """A file system of its own, which thaws by itself, or whoever waits in it could not even be killed."""

    def __init__(self, name):
        self.place, self.image = f"{FOLDER}/{name}", f"{FOLDER}/{name}.img"
        os.makedirs(self.place)
        with open(self.image, "wb") as image:
            image.truncate(64 << 20)
        self.made = all(
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
            for command in (["mkfs.ext4", "-q", self.image], ["mount", "-o", "loop", self.image, self.place])
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.made:
            subprocess.run(["umount", "--lazy", self.place], check=False)

    @contextlib.contextmanager
    def frozen(self):
        thaw = threading.Timer(4 * FREEZE, self._thaw)
        thaw.start()
        subprocess.run(["fsfreeze", "--freeze", self.place], check=True)
        self.stands = True
        try:
            yield
        finally:
            self._thaw()
            thaw.cancel()

    def _thaw(self):
        self.stands = False
        subprocess.run(["fsfreeze", "--unfreeze", self.place], stderr=subprocess.DEVNULL, check=False)


def log_required(checks):
    """The disk of a log without which nothing may happen stands still."""
    with Disk("frozen") as disk:
        if not disk.made:
            checks.show("no file system can be made here to be frozen")
            return
        service = Service("frozen/required", "--log-required")
        service.said_in = f"{FOLDER}/required.said"
        with service:
            connection = Connection()
            harmless = question.http(b'{"RequestMethod":"GET","RequestUri":"/_ping"}')
            checks.check(b'"Allow":true' in connection.ask(harmless), "it is allowed before")
            with disk.frozen():
                begin, allowed, denied, slowest = time.monotonic(), 0, 0, 0.0
                while time.monotonic() < begin + FREEZE:
                    asked = time.monotonic()
                    answer = connection.ask(harmless)
                    slowest = max(slowest, time.monotonic() - asked)
                    allowed += b'"Allow":true' in answer
                    denied += b"could not be recorded" in answer
                    time.sleep(0.02)
                checks.equal(allowed, 0, "calls allowed while the log stood still")
                checks.check(denied > 0 and disk.stands, f"denied while it stood still, and why: {denied}")
                checks.check(service.says("stands still"), "the journal tells that the log stands still")
            checks.check(wait_for(lambda: b'"Allow":true' in connection.ask(harmless)), "afterwards it is allowed")
            connection.close()
            checks.in_force(docker)
        checks.show(f"frozen for {FREEZE} s: {allowed} calls allowed, {denied} denied, the slowest answer {slowest * 1000:.0f} ms")


def recording(checks):
    """The disk of a recording and of both logs stands still, and decisions do not."""
    with Disk("still") as disk:
        if not disk.made:
            checks.show("no file system can be made here to be frozen")
            return
        with Service("still/log", "--record", f"{disk.place}/calls") as service, Users() as users:
            with disk.frozen():
                load = Load("still", count=3000).start()
                begin = time.monotonic()
                checks.load(load)
                took = time.monotonic() - begin
                checks.check(disk.stands, "all were answered while the disk stood still")
                time.sleep(max(0, STANDSTILL - took))
            checks.users(users)
            checks.recorded(service, load)
            checks.in_force(docker)
            # The process log was on that disk as well.
            checks.check(service.says("the recording (--record) cannot be written"), "the journal tells of it")
            checks.check(service.says("the recording (--record) takes calls again"), "and that it is over")
        with open(f"{disk.place}/calls", "rb") as calls:
            kept = sum(b'"still"' in line for line in calls)
        checks.equal(kept, 3000, "calls in the recording")
        checks.show(f"3000 calls answered in {took:.1f} s while the disk stood still; {kept} of them recorded afterwards")


def standard_error(checks):
    """Standard error is a pipe that nobody reads: the policy is read again, and SIGTERM ends the service."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(writer, bytes(4096)):
            pass
    os.set_blocking(writer, True)
    service = Service("unread", policy=policy("first"))
    service.stderr = writer
    with service:
        for turn in range(20):
            service.process.send_signal(signal.SIGHUP)
            time.sleep(0.05)
        service.write_policy(policy("second"))
        load = Load("unread", count=400).start()
        checks.load(load)
        checks.check(wait_for(lambda: Load("second", count=8).start().wait()
                              and any(r["policy"]["name"] == "second" for r in service.records())),
                     "the policy that came meanwhile is in force")
        begin = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(60)
        took = time.monotonic() - begin
        checks.check(took < 15, f"it ended {took:.1f} s after SIGTERM")
    os.close(reader)
    os.close(writer)
    checks.show(f"read the policy again, answered {load.right} calls, and ended {took:.1f} s after SIGTERM")
