#!/usr/bin/env python3
"""docs-fresh.py PROGRAM [--write] - the documents that the program writes are as it writes them; --write makes them so."""

import pathlib
import subprocess
import sys

import sources

MADE = {
    "docs/rules.md": ["rules", "--format", "markdown"],
    "docs/man/cis-authz-rules.7": ["rules", "--format", "man"],
    "docs/man/cis-authz-policy.5": ["rules", "--format", "policy-man"],
    "docs/cis-authz-policy.schema.json": ["rules", "--format", "json-schema"],
    "docs/man/cis-authz.8": ["help", "--format", "man"],
}

program, *options = sys.argv[1:]
complaints = []
for name, words in MADE.items():
    made = subprocess.run([program, *words], stdout=subprocess.PIPE, text=True, check=True).stdout
    path = pathlib.Path(sources.ROOT, name)
    if options == ["--write"]:
        path.write_text(made, encoding="utf-8")
    elif not path.is_file() or sources.read(name) != made:
        complaints.append(f"{name} is stale; write it anew with test/lint/docs-fresh.py PROGRAM --write")
sources.finish(complaints)
