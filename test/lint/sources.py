"""sources.py - what every lint needs: the C files of the tree, and how to complain."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["base", "include", "plugin", "policy", "test"]

TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def c_files(folders=FOLDERS):
    """Paths below the root, as strings."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            yield str(path.relative_to(ROOT))


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def code_of(path):
    """The file without its comments, strings and characters; lines stay where they are."""
    return TEXT.sub(lambda match: "\n" * match.group().count("\n") + " ", read(path))


def rows(path, macro):
    """The first word of each row of an X-macro table."""
    return re.findall(rf"^{macro}\((\w+)", read(path), re.MULTILINE)


def finish(complaints):
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)
