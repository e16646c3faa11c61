"""Files fail: the policy's, and the disk under the log."""

import contextlib
import os
import socket
import subprocess

from load import Load, Users
from service import FOLDER, Service, Supervisor, answers, docker, wait_for

RULES = "rules: { privileged: deny, host-network: deny, sensitive-mounts: deny, exec-privileged: deny }\n"


def policy(name):
    return f"version: 1\nname: {name}\nprofile: none\n" + RULES


def gone(service):
    os.unlink(service.policy)


def cut(service):
    """As an editor that writes in place leaves it when it is killed; without its end it would deny nothing."""
    with open(service.policy, "w", encoding="utf-8") as file:
        file.write(policy("cut")[:-60])


def directory(service):
    os.unlink(service.policy)
    os.mkdir(service.policy)


def loop(service):
    """What root cannot read either: its mode alone does not keep the service out."""
    os.unlink(service.policy)
    os.symlink(service.policy, service.policy)


def pipe(service):
    """Whoever opens it waits for ever."""
    os.unlink(service.policy)
    os.mkfifo(service.policy)


def bound(service):
    """Of a program that takes the name for its own."""
    os.unlink(service.policy)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(service.policy)


def endless(service):
    """Whoever reads it never comes to its end."""
    os.unlink(service.policy)
    os.symlink("/dev/zero", service.policy)


def remove(service):
    if os.path.isdir(service.policy):
        os.rmdir(service.policy)
    elif os.path.lexists(service.policy):
        os.unlink(service.policy)


def policy_file(checks):
    """Gone, half written, or unreadable in five ways, while decisions are made; then gone across a restart."""
    service = Service("policy", policy=policy("start"))
    with Supervisor(service) as supervisor, Users() as users:
        load = Load("policy").start()
        for turn, spoil in enumerate((gone, cut, directory, loop, pipe, bound, endless)):
            told = service.said().count("stays in force until")
            spoil(service)
            checks.check(
                wait_for(lambda told=told: service.said().count("stays in force until") > told),
                f"{spoil.__name__}: the journal tells that the policy before stays",
            )
            remove(service)
            service.write_policy(policy(f"good-{turn}"))
            checks.check(service.says(f"policy good-{turn} "), f"after {spoil.__name__} the good one is in force")
        load.end()
        checks.load(load)
        checks.users(users)
        checks.recorded(service, load)
        checks.in_force(docker)

        # Killed while there is none: it does not start on a guess, nobody gets anything, and it comes when the file does.
        gone(service)
        refused = supervisor.refused
        service.process.kill()
        checks.check(wait_for(lambda: supervisor.refused > refused + 1), "without its policy it does not start")
        checks.check(not answers(), "without its policy it does not answer")
        late = subprocess.Popen(["/usr/bin/docker", "create", "--privileged", "bb", "true"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        refused = supervisor.refused
        wait_for(lambda: supervisor.refused > refused + 3)
        service.write_policy(policy("late"))
        text = late.communicate(timeout=120)[0].decode()
        checks.check(late.returncode != 0 and text.strip(), f"the call that waited is refused: {text}")
        checks.check(service.says("policy late "), "it starts by itself when the file is there")
        checks.in_force(docker)
    checks.show(f"{load.right} answers right, {len(load.wrong)} wrong, {load.failed} failed while the file was gone, cut, a "
                f"directory, a loop, a pipe, a socket and endless; docker: "
                f"{users.succeeded} commands succeeded, {users.refused} were refused; restarted without a file: "
                f"{text.strip().splitlines()[0]}")


def disk_full(checks):
    """The log's disk has no room for longer than the queue can bridge."""
    small = f"{FOLDER}/disk"
    os.makedirs(small, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", small], check=True)
    service = Service("disk/full")
    with service, Users() as users:
        with open(f"{small}/fill", "wb", buffering=0) as fill, contextlib.suppress(OSError):
            while fill.write(bytes(4096)):
                pass
        load = Load("disk", count=12000).start()
        checks.load(load)
        checks.check(service.says("No space left on device"), "the journal tells that the disk is full")
        os.unlink(f"{small}/fill")
        checks.check(service.says("takes records again"), "the journal tells that there is room again")
        checks.users(users)
        checks.in_force(docker)
        answered = load.right + len(load.wrong)
        after = Load("after", count=400).start()
        checks.load(after)
        checks.recorded(service, after)
    # All is written by now. What the log does not hold of everybody's calls it counts.
    held = sum(1 for _ in service.records("disk"))
    counted = sum(record.get("lost", 0) for record in service.records())
    checks.check(counted > 0, f"more came than the queue holds: {counted}")
    checks.check(held + counted >= answered, f"records and counted losses: {held} + {counted} for {answered} answers")
    checks.check(service.torn() <= 1, f"torn lines: {service.torn()}")
    checks.show(f"{answered} right, {len(load.wrong)} wrong while full; {held} records kept, {counted} counted as lost in the log "
                f"itself (docker's own calls among them); docker: {users.succeeded} commands succeeded")
    subprocess.run(["umount", small], check=True)


def reloads(checks):
    """Well above 100 reloads a minute under load."""
    turns = 40
    with Service("reloads", policy=policy("turn-0")) as service, Users() as users:
        load = Load("reloads").start()
        for turn in range(1, turns + 1):
            service.write_policy(policy(f"turn-{turn}"))
            checks.check(service.says(f"policy turn-{turn} "), f"turn {turn} is in force")
        load.end()
        checks.load(load)
        checks.users(users)
        checks.recorded(service, load)
        checks.in_force(docker)
        seen = {record["policy"]["name"] for record in service.records("reloads")}
        generation = max(record["policy"]["generation"] for record in service.records())
    checks.equal(generation, turns + 1, "the last generation")
    checks.check(len(seen) > turns // 2, f"decisions were made by many of the policies: {len(seen)}")
    checks.show(f"{turns} reloads, {load.right} answers right by {len(seen)} of the policies, {len(load.wrong)} wrong, {load.failed} failed")
