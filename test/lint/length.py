#!/usr/bin/env python3
"""Ceilings on the length of lines, functions and files."""

import re

import sources

FUNCTION, FILE = 80, 600
COLUMNS = int(re.search(r"^ColumnLimit: (\d+)", sources.read(".clang-format"), re.MULTILINE).group(1))

complaints = []
for path in sources.c_files():
    lines = sources.read(path).splitlines()
    if len(lines) > FILE:
        complaints.append(f"{path}: {len(lines)} lines, more than {FILE}; find the second noun")
    start = None
    for number, line in enumerate(lines, 1):
        # A text that people read stands on one line, so that it can be searched for.
        if len(line.expandtabs(8)) > COLUMNS and '"' not in line:
            complaints.append(f"{path}:{number}: longer than {COLUMNS} columns")
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION:
                complaints.append(f"{path}:{start}: a function of {number - start - 1} lines, more than {FUNCTION}")
            start = None
sources.finish(complaints)
