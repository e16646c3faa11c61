"""The process is killed, the clock is set back, memory and descriptors run out."""

import contextlib
import mmap
import os
import resource
import struct
import time

import question
from load import Load, Users
from service import FOLDER, Connection, Service, Supervisor, docker, wait_for

KILLS = 15
MIB = 1 << 20


def goes_on(load, answers):
    """So many more are right."""
    seen = load.right
    return wait_for(lambda: load.right > seen + answers)


def killed(checks):
    """SIGKILL while many decisions are under way, again and again; started anew as by systemd."""
    service = Service("killed")
    with Supervisor(service) as supervisor, Users(people=6) as users:
        load = Load("killed").start()
        for _ in range(KILLS):
            checks.check(goes_on(load, 50), "callers are answered between two kills")
            checks.check(supervisor.kill(), "another process answers")
        last_start = time.monotonic()
        checks.check(goes_on(load, 500), "callers are answered after the last kill")
        load.end()
        checks.load(load, failures=None)
        checks.check(load.failed >= KILLS, f"calls were cut off in the middle: {load.failed}")
        checks.users(users)

        # What the daemon asks again after a lost call has no body.
        answer = Connection().ask(question.http(b""))
        checks.check(b'"Allow":false' in answer, f"a retry without a body is denied: {answer}")
        checks.in_force(docker)
        service.stop()
        records = {record["decision"] for record in service.records("killed")}
        lost = [at for decision, at in load.answered.items() if decision not in records]
        # A record waits some milliseconds in memory; only SIGKILL loses it there (docs/decision-log.md).
        checks.equal([at for at in lost if at > last_start], [], "denials without a record after the last kill")
        checks.check(service.torn() <= KILLS, f"torn lines: {service.torn()}")
        waits = sorted(service.waits)
    checks.show(
        f"{KILLS} kills: {load.right} answers right, {len(load.wrong)} wrong, {load.failed} calls failed before their callers' eyes; "
        f"{len(lost)} records went with their process; docker: {users.succeeded} commands succeeded, "
        f"{users.refused} were refused; start to answer {waits[0]:.0f} ms, median {waits[len(waits) // 2]:.0f} ms, "
        f"most {waits[-1]:.0f} ms"
    )


def killed_synced(checks):
    """SIGKILL again and again, with --log-sync: what anybody was answered is in the log."""
    service = Service("synced", "--log-sync")
    with Supervisor(service) as supervisor:
        load = Load("synced").start()
        for _ in range(KILLS):
            checks.check(goes_on(load, 50), "callers are answered between two kills")
            checks.check(supervisor.kill(), "another process answers")
        load.end()
        checks.load(load, failures=None)
        checks.in_force(docker)
        service.stop()
        records = list(service.records("synced"))
    missing = set(load.answered) - {record["decision"] for record in records}
    checks.equal(missing, set(), "denials without a record")
    checks.check(len(records) >= load.right, f"{len(records)} records of {load.right} answers")
    checks.show(f"{KILLS} kills: {load.right} answers right, {load.failed} calls failed, no record missing")


# An exception that ended long ago, and a day on which it was still good.
EXPIRED = """version: 1
name: clock
profile: none
rules: { privileged: deny, host-network: deny, sensitive-mounts: deny, exec-privileged: deny }
exceptions:
  - { name: old, rules: [privileged], when: { user: "*" }, reason: a test, owner: me, expires: 2020-01-01 }
"""
TO_2019 = 1560000000
DAY = 86400


def clock_back(checks):
    """The time of day goes back by years and forth again while decisions are made."""
    with open(f"{FOLDER}/off", "w+b") as file:
        file.write(bytes(8))
        file.flush()
        off = mmap.mmap(file.fileno(), 8)
    clock = {"LD_PRELOAD": f"{FOLDER}/clock.so", "CLOCK_OFF": f"{FOLDER}/off"}
    with Service("clock", policy=EXPIRED, environment=clock) as service, Users() as users:
        load = Load("clock", threads=2).start()
        for seconds in (0, TO_2019 - int(time.time()), -3600, 0, -1, 0):
            off[:] = struct.pack("q", seconds)
            checks.check(goes_on(load, 500), "decisions go on")
        load.end()
        checks.load(load)
        checks.users(users)
        checks.recorded(service, load)
        checks.in_force(docker)
        everyone = list(service.records())
        ids = [int(record["decision"], 16) for record in everyone]
        times = {record["time"][:4] for record in everyone}
    checks.check("2019" in times and len(times) > 1, f"records carry the time that the clock told: {sorted(times)}")
    checks.equal(len(set(ids)), len(ids), "each decision has an id of its own")
    # A worker may be held up between taking an id and recording, so neighbours may change places; the id does not
    # follow the clock back.
    span = (max(ids) - min(ids)) / 1e6
    checks.check(span < 3600, f"ids do not go back with the clock: they span {span} s")
    checks.show(f"{load.right} answers right, {len(load.wrong)} wrong; years in the log: {', '.join(sorted(times))}; "
                f"{len(set(ids))} ids for {len(ids)} records")


def clock_ahead(checks):
    """The time of day goes past an exception's last day, and back."""
    with open(f"{FOLDER}/off", "w+b") as file:
        file.write(bytes(8))
        file.flush()
        off = mmap.mmap(file.fileno(), 8)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + DAY))
    clock = {"LD_PRELOAD": f"{FOLDER}/clock.so", "CLOCK_OFF": f"{FOLDER}/off"}
    service = Service("ahead", policy=EXPIRED.replace("2020-01-01", day), environment=clock)
    privileged = next(question.mixed("ahead"))

    def allowed():
        connection = Connection()
        answer = connection.ask(privileged.bytes)
        connection.close()
        return b'"Allow":true' in answer

    with service:
        checks.check(allowed(), "the exception holds on the day before its last")
        off[:] = struct.pack("q", 3 * DAY)
        checks.check(not allowed(), "it has ended when the clock is past its last day")
        off[:] = struct.pack("q", 0)
        checks.check(not allowed(), "a clock that goes back revives nothing")
        service.stop()
        service.start()
        checks.check(allowed(), "a process that never saw the later time lets it hold")
        off[:] = struct.pack("q", -400 * DAY)
        checks.check(allowed(), "and goes on so when the clock goes back")
        off[:] = struct.pack("q", 0)
    checks.show(f"an exception until {day} ended when the clock was three days ahead, and stayed so until the next start")


def open_many(count):
    """As many connections as the plugin's socket takes, without waiting for any."""
    opened = contextlib.ExitStack()
    made = 0
    for _ in range(count):
        try:
            opened.callback(Connection(timeout=0).close)
            made += 1
        except OSError:
            continue
    return opened, made


def descriptors(checks):
    """1,000 connections to a process that may have 64 descriptors."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    policy = "version: 1\nname: before\n"
    with Service("descriptors", policy=policy, before=["prlimit", "--nofile=64:64"]) as service, Users(people=2) as users:
        base = service.descriptors()
        wait_for(lambda: users.succeeded > 0)
        opened, made = open_many(1000)
        with opened:
            checks.check(wait_for(lambda: service.descriptors() >= 60), f"all are used: {service.descriptors()}")
            # The plugin waits for a descriptor; whoever asks waits too, and is not let through meanwhile.
            impatient = Load("impatient", count=8, kept=False)
            impatient.start()
            service.write_policy("version: 1\nname: after\n")
            wait_for(lambda: impatient.right > 0, seconds=2)
            during = impatient.right
            # It waits, and does not ask again and again: that took half a processor.
            begin = service.processor()
            time.sleep(5)
            busy = service.processor() - begin
            checks.check(busy < 1, f"{busy} s of the processor were used in 5 s of waiting")
        # All connections are closed here.
        checks.check(impatient.wait(), "those who waited came to an end")
        checks.equal(impatient.wrong, [], "wrong answers")
        checks.users(users)
        checks.check(service.says("policy after"), "the policy that came meanwhile is in force by itself")
        load = Load("descriptors", count=400, kept=False).start()
        checks.load(load)
        checks.recorded(service, load)
        checks.in_force(docker)
        checks.check(wait_for(lambda: service.descriptors() <= base + 4), f"closed: {service.descriptors()} of {base}")
        checks.check(service.alive() and len(service.waits) == 1, "it is the same process")
    checks.show(f"{made} connections were taken by the socket, {during} of 8 more callers answered meanwhile, all others "
                f"afterwards; {busy:.2f} s of the processor in 5 s of waiting; {load.right} answers right after they were closed, same process")


def at_once(asked):
    """All from connections of their own, open at the same time; "" stands for one that was cut off."""
    heard = []
    with contextlib.ExitStack() as opened:
        connections = []
        for one in asked:
            with contextlib.suppress(OSError):
                connections.append((one, Connection()))
                opened.callback(connections[-1][1].close)
        for one, connection in connections:
            with contextlib.suppress(OSError):
                connection.send(one.bytes)
        for one, connection in connections:
            try:
                heard.append((one, connection.receive()))
            except OSError:
                heard.append((one, b""))
    return heard


def memory(checks):
    """The process may have hardly more memory than it has: large calls do not fit, then hardly any."""
    with Service("memory", "--workers", "2") as service, Users() as users:
        warm = Load("warm", count=200).start()
        checks.load(warm)
        large = [question.padded(asked, 12 * MIB) for asked in question.mixed("large")][:2]
        before = service.limit(resource.RLIMIT_DATA, service.status("VmData") * 1024 + 4 * MIB)
        for asked, answer in at_once(large):
            checks.check(b'"Allow":false' in answer and b"memory" in answer, f"denied, and why: {answer}")
        load = Load("memory", count=2000).start()
        checks.load(load)
        checks.recorded(service, load)

        # Nothing more at all: whoever connects is cut off or denied, and never let through.
        service.limit(resource.RLIMIT_DATA, MIB)
        heard = at_once(list(question.mixed("starved")) * 60)
        wrong = [answer for asked, answer in heard if answer and not asked.is_right(answer)]
        checks.equal([answer for answer in wrong if b'"Allow":false' not in answer], [], "calls let through")
        cut_off = sum(not answer for _, answer in heard)

        service.limit(resource.RLIMIT_DATA, before)
        for asked, answer in at_once(large):
            checks.check(asked.is_right(answer), f"with memory the same calls are judged: {answer}")
        checks.users(users)
        checks.in_force(docker)
        checks.check(service.alive() and len(service.waits) == 1, "it is the same process")
    checks.show(
        f"2 calls of 12 MiB denied for want of memory, {load.right} small ones answered right beside them; with none at "
        f"all {len(heard)} connections at once: {len(heard) - len(wrong) - cut_off} right, {len(wrong)} denied, {cut_off} cut off"
    )
