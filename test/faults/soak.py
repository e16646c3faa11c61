"""soak.py - the same again and again: memory and descriptors must not grow, and no record may be missing."""

import contextlib
import json
import os
import signal
import time

from load import Load, Users
from service import Service, docker, wait_for

# KiB. 6 MiB is the goal; most of it is pages of libraries, and how many of those count is the kernel's choice.
WARM_MOST = 7 * 1024
PIECES = 20


def make(decisions):
    def soak(checks):
        run(checks, decisions)

    soak.__doc__ = f"A soak of {decisions:,} decisions."
    return soak


def rotate(service):
    """As logrotate does."""
    os.rename(service.log, service.log + ".1")
    service.process.send_signal(signal.SIGUSR1)


def count(path, user):
    """Records of the user, and those that the log says are lost."""
    mark = f'"user":"{user}"'.encode()
    held = lost = 0
    # Without a record since the log was rotated there is no file.
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as log:
        for line in log:
            held += mark in line
            if b'"lost":' in line:
                lost += json.loads(line)["lost"]
    return held, lost


def run(checks, decisions):
    """In pieces; before each the connections are new, after each the log is rotated."""
    piece = max(1, decisions // PIECES)
    right = held = lost = 0
    figures = []
    begin = time.monotonic()
    with Service("soak") as service:
        for _ in range(PIECES):
            # Docker itself asks too, a few hundred times in a long soak.
            docker("ps")
            load = Load("soak", count=piece, threads=4).start()
            load.wait(3600)
            checks.load(load)
            right += load.right
            figures.append((service.resident(), service.descriptors()))
            wait_for(lambda load=load: sum(count(service.log, "soak")) >= load.right, every=0.2)
            rotate(service)
            piece_held, piece_lost = count(service.log + ".1", "soak")
            held, lost = held + piece_held, lost + piece_lost
            os.unlink(service.log + ".1")
        checks.equal(right, piece * PIECES, "right answers")
        # A disk or a processor that is busy elsewhere for a second may cost records. Each is counted in the log.
        checks.check(held <= right <= held + lost, f"records {held} and counted losses {lost} of {right} answers")
        checks.in_force(docker)
    seconds = time.monotonic() - begin
    early, late = figures[1], figures[-1]
    checks.check(late[0] <= early[0] + 512, f"memory stays: {[kib for kib, _ in figures]} KiB")
    checks.check(late[0] <= WARM_MOST, f"memory is at most {WARM_MOST} KiB: {late[0]}")
    checks.check(late[1] <= early[1] + 2, f"descriptors stay: {[fds for _, fds in figures]}")
    checks.show(f"{right} right decisions in {seconds:.0f} s, {held} recorded, {lost} counted as lost; "
                f"resident {early[0]} KiB early, {late[0]} KiB "
                f"late; descriptors {early[1]} and {late[1]}")
