#!/usr/bin/env python3
"""typed.py COMMAND... - runs a docker command that must be denied, types what the denial's `try:` says, and runs that.

It prints the second command, and under it what the daemon said of it where that is an error. The `try:` is taken to
the letter, as plugin/authz/way-out.h defines it: what is behind `without` goes, where the command has an option that
begins so; what is behind `with` comes, in front of the image or whatever else the command ends with.
"""

import re
import shlex
import subprocess
import sys

DENIED = "authorization denied by plugin"
# Commands of several words, the longest first.
VERBS = ["docker service create", "docker service update", "docker network create", "docker volume create", "docker container run",
         "docker create", "docker run", "docker exec", "docker update", "docker build"]
FLAGS = {"--quiet", "--detach", "--privileged", "--publish-all", "--no-healthcheck", "--oom-kill-disable", "--read-only", "--no-cache", "--pull"}


def run(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="backslashreplace", check=False)
    return done.stdout, done.returncode


def way_out(text):
    """The `try:` of a denial, on one line; None where it has none."""
    lines = text.splitlines()
    begin = next((i for i, line in enumerate(lines) if line.startswith("  try: ")), None)
    if begin is None:
        return None
    end = next(i for i, line in enumerate(lines) if i > begin and not line.startswith("       "))
    return " ".join(line.strip() for line in lines[begin:end]).removeprefix("try: ")


def words(text):
    """As a shell would take them, each with what ends it: "", "," or ";"."""
    for raw in re.findall(r"(?:'[^']*'|[^\s'])+", text):
        end = raw[-1] if raw[-1] in ",;" else ""
        yield shlex.split(raw[:len(raw) - len(end)])[0], end


def parse(text):
    """The options to leave out, each a list of words, and the words to give."""
    drops, gives, into = [], [], None
    for word, end in words(text):
        if into is None and word not in ("without", "with"):
            continue
        if word == "without" and into is None:
            drops.append([])
            into = "out"
        elif word == "with" and into in (None, "ended"):
            into = "in"
        elif into == "out":
            drops[-1].append(word)
            if end == ",":
                drops.append([])
            elif end == ";":
                into = "ended"
        else:
            gives.append(word)
    return drops, gives


def options(command):
    """The words of the verb, its options (a flag alone, others with their value), and what comes behind them."""
    verb = next(v for v in VERBS if " ".join(command).startswith(v + " "))
    rest = command[len(verb.split()):]
    found = []
    while rest and rest[0].startswith("-"):
        count = 1 if rest[0] in FLAGS else 2
        found.append(rest[:count])
        rest = rest[count:]
    return verb.split(), found, rest


def source_of(option):
    name, value = option[0], option[-1]
    if name in ("-v", "--volume"):
        return value.split(":")[0]
    if name == "--mount":
        return next((item.split("=", 1)[1] for item in value.split(",") if item.split("=")[0] in ("source", "src")), None)
    return None


def strip(option, fits):
    """Without the items of a mount that fit."""
    separator = "," if option[0] == "--mount" else ":"
    if option[0] not in ("-v", "--volume", "--mount"):
        return option
    head, *modes = option[1].split(separator) if separator == "," else [":".join(option[1].split(":")[:2]), *option[1].split(":")[2:]]
    items = [head, *(",".join(m for m in mode.split(",") if not fits(m)) for mode in modes)]
    return [option[0], separator.join(item for item in items if item)]


def drop(what, found, rest):
    text = " ".join(what)
    if "--mount of " in text:
        source = text.split(" of ", 1)[1]
        return [o for o in found if source_of(o) != source], rest
    if text.endswith((" of the mount", " of --mount")):
        mode = re.search(r"(bind-propagation|volume-driver|volume-opt)", text).group()
        value = text.split("=")[1].split()[0] if "=" in text else ""
        kept = [o for o in found if not (o[0] == "--volume-driver" and mode == "volume-driver")]
        return [strip(o, lambda m: m.startswith(f"{mode}={value}") or m == value != "") for o in kept], rest
    if text.startswith("the command "):
        begin = next(i for i, word in enumerate(rest) if i > 0 and what[2] in word)
        return found, rest[:begin]
    if text == rest[0]:
        return found, rest[1:]
    return [o for o in found if not (o[0] == what[0] and " ".join(o[1:]).startswith(" ".join(what[1:])))], rest


def apply(command, text):
    verb, found, rest = options(command)
    drops, gives = parse(text)
    for what in drops:
        found, rest = drop(what, found, rest)
    return [*verb, *(word for option in found for word in option), *gives, *rest]


def main():
    command = sys.argv[1:]
    said, status = run(command)
    if DENIED not in said:
        print(f"it was not denied: {said}")
        return 1
    text = way_out(said)
    if text is None:
        print(f"nothing to try: {said}")
        return 1
    again = apply(command, text)
    print(shlex.join(again))
    said, status = run(again)
    if status != 0:
        print(said, end="")
    elif again[1] == "create":
        run(["docker", "rm", "--force", said.split()[-1]])
    elif again[1:3] == ["service", "create"]:
        run(["docker", "service", "rm", said.split()[-1]])
    return status


if __name__ == "__main__":
    sys.exit(main())
