"""Callers misbehave: many, slow, half-sent, gone, and as large as they may be."""

import contextlib
import resource
import time

import question
from load import Load, Users
from service import Connection, Service, docker, wait_for

MANY = 1000
MAX_BODY = 16 << 20


def many_connections(checks):
    """1,000 connections at once: asking, slow, half sent, and closed in the middle."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    with Service("many") as service, Users() as users:
        base = service.descriptors()
        questions = list(question.mixed("many"))
        asked = [questions[n % len(questions)] for n in range(MANY)]
        connections = [Connection() for _ in asked]

        # Each sends the first half, which ends now in the headers and now in the body; meanwhile others are served.
        for n, (one, connection) in enumerate(zip(asked, connections)):
            connection.send(one.bytes[: cut_of(n, one)])
        beside = Load("beside", count=2000, kept=False).start()
        checks.load(beside)
        checks.recorded(service, beside)

        # A third goes on byte by byte, a third closes in the middle, a third sends the rest at once.
        slow, leaving, rest = range(0, MANY, 3), range(1, MANY, 3), range(2, MANY, 3)
        for n in leaving:
            connections[n].close()
        sent = {n: cut_of(n, asked[n]) for n in slow}
        for _ in range(20):
            for n in slow:
                connections[n].send(asked[n].bytes[sent[n] : sent[n] + 1])
                sent[n] += 1
        for n in rest:
            connections[n].send(asked[n].bytes[cut_of(n, asked[n]) :])
        for n in slow:
            connections[n].send(asked[n].bytes[sent[n] :])
        wrong = [n for n in (*rest, *slow) if not asked[n].is_right(connections[n].receive())]
        checks.equal(wrong, [], "wrong answers")
        for n in (*rest, *slow):
            connections[n].close()
        answered = len(rest) + len(slow)
        checks.equal(service.recorded("many", answered), answered, "records: of whole calls, and of no half ones")

        checks.check(wait_for(lambda: service.descriptors() <= base + 8), "all connections are closed")
        checks.users(users)
        checks.in_force(docker)
        checks.check(service.alive() and len(service.waits) == 1, "it is the same process")
        kept = service.descriptors()
        checks.check(wait_for(lambda: service.resident() < 8 * 1024, seconds=20), f"memory: {service.resident()} KiB")
    checks.show(f"{answered} of {MANY} answered right, slow ones too; {len(leaving)} closed in the middle left neither record "
                f"nor descriptor ({kept} open, {base} at the start); {beside.right} others answered right meanwhile")


def cut_of(n, asked):
    """Where the n-th call stops: within the first line, within the headers, or within the body."""
    return (10, 40, len(asked.bytes) - 30)[n // 3 % 3]


def half_sent_and_kept(checks):
    """A call whose end never comes is given up after ten seconds."""
    with Service("half") as service:
        asked = list(question.mixed("half"))
        base = service.descriptors()
        connections = [Connection() for _ in range(50)]
        for n, connection in enumerate(connections):
            connection.send(asked[n % len(asked)].bytes[:-5])
        checks.check(wait_for(lambda: service.descriptors() >= base + 45), "they are accepted")
        checks.check(wait_for(lambda: service.descriptors() <= base), "half-sent calls are given up")
        heard = [connection.socket.recv(4096) for connection in connections]
        checks.equal(set(heard), {b""}, "what callers of half-sent calls were told")
        checks.equal(sum(1 for _ in service.records("half")), 0, "records of half-sent calls")
        checks.in_force(docker)

        # Neither do heads of which nothing more comes, or a byte a second, and those who wait between calls are kept.
        waiting, silent, slow = Connection(), Connection(), Connection()
        asked[0].is_right(waiting.ask(asked[0].bytes))
        silent.send(asked[0].bytes[:20])
        begin = time.monotonic()
        head = iter(asked[0].bytes)
        with contextlib.suppress(OSError):
            while time.monotonic() < begin + 40:
                slow.send(bytes([next(head)]))
                time.sleep(1)
        took = time.monotonic() - begin
        checks.check(took < 15, f"a head that comes a byte a second is given up after {took:.1f} s")
        checks.equal(silent.socket.recv(1), b"", "what the caller of half a head was told")
        checks.check(asked[0].is_right(waiting.ask(asked[0].bytes)), "who waits between two calls is kept")
    checks.show(f"50 half-sent calls were closed unanswered, and heads without an end after {took:.1f} s")


def largest_calls(checks):
    """16 MiB, the most that --max-body allows unless told otherwise, and a byte more."""
    with Service("large", "--max-body", "16m") as service:
        asked = list(question.mixed("large"))
        for one in asked[:4]:
            answer = Connection().ask(question.padded(one, MAX_BODY).bytes)
            checks.check(one.is_right(answer), f"judged as the same call without blanks: {answer}")
            answer = Connection().ask(question.padded(one, MAX_BODY + 1).bytes)
            checks.check(b'"Allow":false' in answer and b"16777216 bytes that --max-body allows" in answer, f"{answer}")

        # Eight at a time, half of each, so that all are in memory; others are served meanwhile.
        large = [question.padded(one, MAX_BODY) for one in asked]
        connections = [Connection() for _ in large]
        for one, connection in zip(large, connections):
            connection.send(one.bytes[: MAX_BODY // 2])
        most = service.resident()
        beside = Load("beside", count=500).start()
        checks.load(beside)
        checks.recorded(service, beside)
        for one, connection in zip(large, connections):
            connection.send(one.bytes[MAX_BODY // 2 :])
            answer = connection.receive()
            # Beyond the memory that calls may have together one is denied; it is never allowed unread.
            checks.check(one.is_right(answer) or (b'"Allow":false' in answer and b"memory" in answer), f"{answer}")
            connection.close()
        checks.check(wait_for(lambda: service.resident() < 16 * 1024), f"memory comes back: {service.resident()} KiB")
        checks.in_force(docker)
        after = service.resident()
    checks.show(f"16 MiB judged, 16 MiB and a byte denied; 8 at once: {most} KiB resident, afterwards {after} KiB")
