#!/usr/bin/env python3
"""analyse.py gcc|tidy BUILD - the product's C under gcc -fanalyzer or clang-tidy; what is accepted stands in accepted.tsv.

A row of accepted.tsv is a check (`cert-err33-c`, `-Wanalyzer-null-dereference`), a file or a glob of files, a part of the
line that is complained of, as it stands (or *), and the reason. A row that accepts nothing any more is a complaint itself.
"""

import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import sources

ACCEPTED = pathlib.Path(__file__).with_name("accepted.tsv")
WARNING = re.compile(r"^(\S+?):(\d+):\d+: warning: (.*) \[(\S+)\]$", re.MULTILINE)
CWE = re.compile(r" \[CWE-\d+\]$")
# Most functions here have two slices or two numbers side by side; their names say which is which.
TIDY = ["--quiet", "--checks=-*,bugprone-*,cert-*,-bugprone-easily-swappable-parameters"]


def meant(argument):
    """What of a compiler's command says how the file is read; hardening and sanitizers are the build's."""
    return argument.startswith(("-I", "-D", "-std"))


def commands(build):
    """Of each C file of the product: the path below the root, and the arguments that any compiler takes."""
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), sources.ROOT)
        if path.startswith(("base/", "policy/", "plugin/")):
            yield path, [word for word in shlex.split(entry["command"]) if meant(word)]


def gcc(build, path, arguments):
    return ["gcc", *arguments, "-O2", "-fanalyzer", "-fdiagnostics-plain-output", "-c", "-o", os.devnull, sources.ROOT / path]


def tidy(build, path, arguments):
    return ["clang-tidy-14", *TIDY, sources.ROOT / path, "--", *arguments]


def run(make, build, path, arguments):
    """What was said of one file: check, file, line, words. A file that cannot be read at all is a complaint too."""
    done = subprocess.run(make(build, path, arguments), cwd=build, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    if done.returncode != 0:
        yield "error", path, 0, text.strip()[-2000:]
    for name, line, words, check in WARNING.findall(text):
        yield check, os.path.relpath(build / name, sources.ROOT), int(line), CWE.sub("", words)


class Accepted:
    def __init__(self):
        rows = ACCEPTED.read_text(encoding="utf-8").splitlines()[1:]
        self.rows = [row.split("\t") for row in rows]
        self.used = [False] * len(self.rows)

    def fits(self, check, path, line):
        text = sources.read(path).splitlines()[line - 1] if line else ""
        found = [i for i, (name, files, part, _) in enumerate(self.rows)
                 if name == check and fnmatch.fnmatchcase(path, files) and (part == "*" or part in text)]
        for i in found:
            self.used[i] = True
        return bool(found)

    def idle(self, tool):
        ours = re.compile(r"-W" if tool == "gcc" else r"bugprone|cert")
        for (name, files, part, _), used in zip(self.rows, self.used):
            if ours.match(name) and not used:
                yield f"accepted.tsv: {name} {files} {part}: nobody complains of that any more; remove the row"


def main():
    tool, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    make = {"gcc": gcc, "tidy": tidy}[tool]
    accepted, complaints = Accepted(), set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda job: list(run(make, build, *job)), commands(build)):
            complaints.update(f"{path}:{line}: {words} [{check}]" for check, path, line, words in found
                              if not accepted.fits(check, path, line))
    sources.finish(sorted(complaints) + list(accepted.idle(tool)))


main()
