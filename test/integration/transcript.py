#!/usr/bin/env python3
"""Replays transcripts: commands with the very output that they must print.

    # A comment says why.
    $ docker run --rm --privileged bb true
    docker: Error response from daemon: ...
    [125]

A line that begins with "$ " is a command for bash, "> " continues it; the lines up to the next empty line or
command are what it prints, standard error included; "[125]" is its exit status when that is not 0. Decision
ids, full container ids, the test's own folder and the docker command's hint at --help are written as below.

Whatever the output, a command that the plugin denied must leave no container and no volume behind. When the plugin
is gone without a transcript having asked for it, the rest is not run.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys

SECONDS = 120

PLAIN = [
    (re.compile(r"decision [0-9a-f]{13}\b"), "decision ID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "CONTAINER"),
    (re.compile(re.escape(os.environ["PRIVATE"])), "$PRIVATE"),
    (re.compile(r"\n(See|Run) 'docker [a-z ]*--help'.*(?=\n)"), ""),
]


class Command:
    def __init__(self, line, number):
        self.line, self.number, self.expected = line, number, []


class Gone(Exception):
    """The plugin has crashed: passed and failed of the transcript so far."""


def read(path):
    """The parts of a transcript: commands, and the lines between them as they stand."""
    parts, command = [], None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file.read().splitlines(), 1):
            if line.startswith("$ "):
                command = Command(line[2:], number)
                parts.append(command)
            elif command and line.startswith("> ") and not command.expected:
                command.line += "\n" + line[2:]
            elif command and line:
                command.expected.append(line)
            else:
                command = None
                parts.append(line)
    return parts


def shell(words, line):
    """What the line printed and its exit status; a server that it started may outlive it."""
    output = os.path.join(os.environ["PRIVATE"], "output")
    with open(output, "wb") as file:
        try:
            status = subprocess.run(["bash", "-c", f". {words}\n{line}"], stdin=subprocess.DEVNULL, stdout=file,
                                    stderr=subprocess.STDOUT, timeout=SECONDS, cwd=os.environ["PRIVATE"]).returncode
        except subprocess.TimeoutExpired:
            status = f"no end in {SECONDS} s"
    with open(output, encoding="utf-8", errors="backslashreplace") as file:
        return file.read(), status


def run(words, line):
    """The lines that a transcript would have for this command."""
    text, status = shell(words, line)
    for pattern, plain in PLAIN:
        text = pattern.sub(plain, text)
    lines = [piece.rstrip() for piece in text.splitlines() if piece.strip()]
    return lines + ([f"[{status}]"] if status != 0 else [])


def leftovers():
    """Every container and volume there is, whatever their state, without asking the daemon."""
    data = os.path.join(os.environ["PRIVATE"], "data")
    return sorted(os.listdir(os.path.join(data, "containers")) + os.listdir(os.path.join(data, "volumes")))


def check(words, command):
    """Nothing, or what is wrong; and what came."""
    before = leftovers()
    came = run(words, command.line)
    if any("authorization denied by plugin" in line for line in came) and leftovers() != before:
        return ["it was denied, and yet a container or a volume came or went"], came
    return list(difflib.unified_diff(command.expected, came, "expected", "came", lineterm="")), came


def plugin_crashed(command, came):
    """The daemon takes 15 seconds to give up on a plugin: enough to say so once."""
    lost = "plugin cis-authz failed with error: Post"
    return any(lost in line for line in came) and not any(lost in line for line in command.expected)


def plugin_last_words():
    with open(os.path.join(os.environ["PRIVATE"], "decisions"), encoding="utf-8", errors="backslashreplace") as file:
        return [line.rstrip() for line in file if not line.startswith("{")][-60:]


def replay(words, path, accept):
    passed = failed = 0
    lines = []
    for part in read(path):
        if not isinstance(part, Command):
            lines.append(part)
            continue
        wrong, came = check(words, part)
        if plugin_crashed(part, came):
            print(f"{path}:{part.number}: $ {part.line}", *came, "the plugin is gone:", *plugin_last_words(), sep="\n  ")
            raise Gone(passed, failed + 1)
        lines += ["$ " + part.line.replace("\n", "\n> "), *came]
        if wrong:
            failed += 1
            print(f"{path}:{part.number}: $ {part.line}", *wrong, sep="\n  ")
        else:
            passed += 1
    if accept:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shell", required=True, help="a file that each command's shell reads first")
    parser.add_argument("--accept", action="store_true", help="write what came into the transcripts")
    parser.add_argument("transcripts", nargs="+")
    args = parser.parse_args()

    counts = []
    try:
        for path in args.transcripts:
            counts.append(replay(args.shell, path, args.accept))
    except Gone as gone:
        counts.append(gone.args)
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
