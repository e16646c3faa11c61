#!/usr/bin/env python3
"""Functions that have no place in a program whose input is hostile."""

import re

import sources

EVERYWHERE = {
    r"\b(v?sprintf|strcpy|strcat|strncpy|strncat|gets)\s*\(": "knows no bounds; use a buf",
    r"\b(strtok|strtok_r)\s*\(": "writes into its input; use slice_cut",
    r"\b(atoi|atol|atoll|atof|strto\w+|sscanf|vsscanf)\s*\(": "takes half a number for a number; use base/number.h",
    r"\balloca\s*\(": "has no ceiling; use the arena",
    r"\b(system|popen)\s*\(": "runs a shell",
    r"\bassert\s*\([^;]*(\+\+|--|[^=!<>]=[^=])": "an assert that does something does it in no release build",
}
OUTSIDE_BASE = {
    r"\b(strn?cmp|strn?casecmp|strlen|strstr)\s*\(": "stops at NUL, which a request may hold; use a slice",
}

complaints = []
for path in sources.c_files():
    banned = dict(EVERYWHERE)
    if not path.startswith(("base/", "test/")):
        banned.update(OUTSIDE_BASE)
    for number, line in enumerate(sources.code_of(path).splitlines(), 1):
        for pattern, reason in banned.items():
            match = re.search(pattern, line)
            if match:
                name = match.group().split("(")[0].strip()
                complaints.append(f"{path}:{number}: {name} {reason}")
sources.finish(complaints)
