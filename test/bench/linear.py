#!/usr/bin/env python3
"""linear.py COUNT [SHAPE...] - no question costs more than a small constant times its length, whatever it is made of.

Each shape of shapes.py is decided at two sizes under valgrind. From the small to the large one the instructions may
grow as the bytes do, and each byte of the question may cost MOST. Where a byte costs more, the table below says why;
what is there is a ceiling too.
"""

import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile

import counting
import shapes

SMALL, LARGE, GIANT = 64 << 10, 512 << 10, 4 << 20
MOST = 60  # instructions a byte
GROWTH = 1.25  # times the growth of the bytes
GIANTS = ["environment", "labels", "binds", "blanks"]

# What a byte may cost at most where that is more than MOST. All of these are linear.
ALLOWED = {
    # An element of a few bytes becomes an item with its place, and is judged by itself: some 300 to 1,500 instructions.
    **dict.fromkeys(["command", "exec", "ulimits", "device requests", "update", "volumes from"], 90),
    **dict.fromkeys(["networks", "exposed ports", "sysctls", "network options", "headers", "log options"], 115),
    # Each is looked for in two lists of what may be added.
    **dict.fromkeys(["added capabilities", "one capability again"], 140),
    "groups": 185,
    # For the first 64 of them the denial also says what to type, in one line.
    **dict.fromkeys(["published ports", "bindings of a port"], 225),
    # A key that is looked up among all fields, and its complaint.
    **dict.fromkeys(["unknown keys", "one key again", "objects twice"], 120),
    # The text is in the message, in what to leave out, in the record and in the reply, and quoted in each.
    **dict.fromkeys(["long user", "value of escapes", "long change"], 120),
    **dict.fromkeys(["long image", "image of many parts"], 155),
    # The same for each of 64 violations, which are spent after some 90 kB.
    "binds of 2,000 components": 90,
    # 1,024 paths are walked and judged by each rule; more are refused, so a byte of more costs less.
    **dict.fromkeys(["mounts", "mounts of services", "escaped lower directories", "binds", "binds of volumes",
                     "a bind of many components", "binds of slashes"], 90),
    "binds through links": 115,
    **dict.fromkeys(["options of a volume", "words of a volume", "start with a body"], 100),
    # JSON within JSON: read twice, and compared with the engine's own profile.
    **dict.fromkeys(["calls of a profile", "one call again", "names of a call", "conditions of a call",
                     "names times conditions"], 125),
}

POLICY = """version: 1
profile: level2
rules:
  sensitive-mounts: { allow: ["/srv/**/*a*/**/*b*", { path: "/opt/*/?/**", read_only: true }] }
  trusted-images: { action: deny, allow: ["registry.example.com/**", "*.example.com/**a*b*c*", "docker.io/**"] }
exceptions:
  - name: by-glob
    rules: [sensitive-mounts, trusted-images, image-tag]
    when: { image: "**a*/**/b*", container: "w*b*" }
    values: ["/**/a*b", "*a*b*c"]
    reason: a glob that tries long
    owner: tests
    expires: 2099-12-31
"""


def write_policy(folder):
    path = folder / "policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    path.chmod(0o600)
    return path


def measure(count, policy, folder, name, size):
    """Bytes of the question and instructions of its decision, the start of the program included."""
    text = shapes.question(shapes.SHAPES[name](size))
    path = folder / f"{list(shapes.SHAPES).index(name)}-{size}.json"
    path.write_text(text, encoding="utf-8")
    seen = counting.instructions(count, policy, path, 1)
    path.unlink()
    return len(text.encode()), seen


def judge(name, start, figures):
    """A line of the report, and whether it is fine."""
    costs = [(instructions - start) / length for length, instructions in figures]
    most = ALLOWED.get(name, MOST)
    grows = costs[-1] > costs[0] * GROWTH
    dear = max(costs) > most
    words = ", ".join(f"{cost:.1f}" for cost in costs)
    amiss = ": grows faster than the bytes" if grows else f": more than {most}" if dear else ""
    return f"{name}: {words} instructions a byte{amiss}", not amiss


def main():
    count, *wanted = sys.argv[1:]
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(77)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cis-authz-linear.") as scratch, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = pathlib.Path(scratch)
        policy = write_policy(folder)
        ping = pathlib.Path(__file__).resolve().parent / "envelopes" / "ping.json"
        start = counting.instructions(count, policy, ping, 1)
        jobs = {name: [pool.submit(measure, count, policy, folder, name, size)
                       for size in [SMALL, LARGE] + [GIANT] * (name in GIANTS)] for name in wanted or shapes.SHAPES}
        for name, figures in jobs.items():
            line, fine = judge(name, start, [job.result() for job in figures])
            print(line, flush=True)
            failed += not fine
    print(f"{len(jobs)} shapes, {failed} too slow")
    sys.exit(1 if failed else 0)


main()
