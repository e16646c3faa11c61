#!/usr/bin/env python3
"""explain.py PROGRAM - the exception that `explain` prints for a rule is one that the policy language takes."""

import json
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
WIDEST = "version: 1\nprofile: strict\nrules: { tls-authentication: deny }\n"


def run(*words, text=None):
    return subprocess.run([PROGRAM, *words], input=text, capture_output=True, text=True, check=False)


def exception_of(rule):
    lines = run("explain", rule).stdout.splitlines()
    if "an exception, in a policy:" not in lines:
        return None
    block = []
    for line in lines[lines.index("an exception, in a policy:") + 1:]:
        if not line.startswith("  "):
            break
        block.append(line[2:])
    return "\n".join(block) + "\n"


def options_of(rule):
    """What stands in place of `rules`: the rule and one of its settings; None where it has none."""
    found = re.findall(r"^      options: \{ (\S+): \{ (\S+): \.\.\. \} \}$", run("explain", rule).stdout, re.MULTILINE)
    return found[0] if found else None


known = {row["rule"]: [option["name"] for option in row["options"]] for row in
         json.loads(run("rules", "--format", "json").stdout)["rules"]}
complaints, without = [], []
for rule in run("rules", "--format", "names").stdout.split():
    exception = exception_of(rule)
    options = options_of(rule)
    if bool(options) != bool(known[rule]) or options and (options[0] != rule or options[1] not in known[rule]):
        complaints.append(f"{rule}: its settings are {known[rule]}, and an exception is told to give {options}")
    if known[rule] and "options:" not in run("explain", rule).stdout.splitlines():
        complaints.append(f"{rule}: its options do not stand under the word that policies have for them")
    if exception is None:
        without.append(rule)
        continue
    checked = run("check", "-", text=WIDEST + exception)
    if checked.returncode != 0:
        complaints.append(f"{rule}: {checked.stdout}")
if without != ["opaque-request"]:
    complaints.append(f"no exception is printed for {without}")
print("\n".join(complaints))
sys.exit(1 if complaints else 0)
