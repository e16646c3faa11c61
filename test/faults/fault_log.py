"""What the log is written to changes under the service: a pipe whose reader stops or leaves, a file that is cut in place."""

import os
import shutil
import signal
import subprocess

from load import Load
from service import FOLDER, PROGRAM, Service, docker, wait_for

READER = "import sys\nfor line in sys.stdin.buffer:\n sys.stdout.buffer.write(line)\n sys.stdout.buffer.flush()\n"


class Reader:
    """Of a FIFO, as a collector reads it: into a file."""

    def __init__(self, fifo, into):
        self.into = into
        with open(fifo, "rb+", buffering=0) as pipe, open(into, "ab") as out:  # for both ends, so that nobody waits
            self.process = subprocess.Popen(["python3", "-c", READER], stdin=pipe, stdout=out)

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def leave(self):
        self.process.kill()
        self.process.wait()


def fifo(checks):
    """The log is a FIFO: nobody reads it at the start, its reader stops, leaves, and another one comes."""
    name = f"{FOLDER}/pipe.fifo"
    os.mkfifo(name, 0o600)
    unread = subprocess.run([PROGRAM, "serve", "--decision-log", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, timeout=60, check=False)
    checks.check(unread.returncode == 1 and b"a pipe that nobody reads" in unread.stdout, f"without a reader: {unread.stdout}")

    service = Service("pipe")
    into, service.log = f"{FOLDER}/pipe.read", name
    reader = Reader(name, into)
    with service:
        service.log = into
        load = Load("reads", count=400).start()
        checks.load(load)
        checks.recorded(service, load)
        reader.stop()
        load = Load("stopped", count=2000).start()
        checks.load(load)
        checks.check(service.says("nobody reads it"), "the journal tells that nobody reads")
        reader.go_on()
        checks.recorded(service, load)
        reader.leave()
        load = Load("left", count=400).start()
        checks.load(load)
        checks.check(service.says("cannot be written"), "the journal tells that the reader has left")
        reader = Reader(name, into)
        checks.recorded(service, load)
        checks.in_force(docker)
    reader.leave()
    checks.check(service.torn() <= 2, f"torn lines: {service.torn()}")
    checks.show("2,000 calls answered while the reader stood still and 400 when it had left; all of their records were read later")


def cut_in_place(checks):
    """The log is copied and cut, as logrotate's copytruncate does, under load."""
    with Service("cut") as service:
        for turn in range(20):
            load = Load(f"cut-{turn}", count=200).start()
            checks.load(load)
            checks.recorded(service, load)
            shutil.copyfile(service.log, f"{FOLDER}/cut.{turn}")
            os.truncate(service.log, 0)
        load = Load("cut-last").start()
        for turn in range(20):
            wait_for(lambda: os.path.getsize(service.log) > 0)
            os.truncate(service.log, 0)
        checks.check(load.end(), "the callers came to an end")
        checks.equal(load.wrong[:3], [], "wrong answers")
        wait_for(lambda: os.path.getsize(service.log) > 0)
        with open(service.log, "rb") as log:
            text = log.read()
        checks.check(b"\0" not in text, "there is no hole where the lines were that were cut away")
        checks.equal(service.torn(), 0, "torn lines")
        checks.in_force(docker)
    checks.show("cut 40 times: each record was in the copy, and the log went on at its beginning")


def full_and_not(checks):
    """The disk of the log is full for a moment, again and again."""
    small = f"{FOLDER}/small"
    os.makedirs(small, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], check=True)
    with Service("small/again") as service:
        answered = 0
        for turn in range(5):
            with open(f"{small}/fill", "wb", buffering=0) as fill:
                try:
                    while fill.write(bytes(4096)):
                        pass
                except OSError:
                    pass
            load = Load(f"full-{turn}", count=400).start()
            checks.load(load)
            os.unlink(f"{small}/fill")
            checks.recorded(service, load)
            answered += load.right
        checks.in_force(docker)
        checks.equal(sum(record.get("lost", 0) for record in service.records()), 0, "records lost")
    checks.check(service.torn() <= 5, f"torn lines: {service.torn()}")
    checks.show(f"5 times full: {answered} calls answered meanwhile, each with its record afterwards")
    subprocess.run(["umount", small], check=True)
