#!/usr/bin/env python3
"""docs-fresh.py PROGRAM [--write] - the documents that the program writes are as it writes them; --write makes them so."""

import pathlib
import subprocess
import sys

import sources

MADE = {"docs/rules.md": "markdown", "docs/man/cis-authz-rules.7": "man"}

program, *options = sys.argv[1:]
complaints = []
for name, style in MADE.items():
    made = subprocess.run([program, "rules", "--format", style], stdout=subprocess.PIPE, text=True, check=True).stdout
    path = pathlib.Path(sources.ROOT, name)
    if options == ["--write"]:
        path.write_text(made, encoding="utf-8")
    elif not path.is_file() or sources.read(name) != made:
        complaints.append(f"{name} is stale; write it anew with test/lint/docs-fresh.py PROGRAM --write")
sources.finish(complaints)
