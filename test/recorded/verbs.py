#!/usr/bin/env python3
"""verbs.py PROGRAM - who is allowed a command of docker can use it, and who is denied it cannot.

test/data/recorded.jsonl has what clients sent for each command. A policy that allows nothing but the command must let
all of that pass, but for what verb.def leaves out on purpose; one that denies it alone must let the command fail, and
leave all others their calls.
"""

import collections
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
PROGRAM = sys.argv[1]
COMMANDS = {"run": "run", "create": "run", "exec": "exec", "build": "build", "pull": "pull", "push": "push"}
PLAIN = {"run", "exec", "build", "pull", "push"}  # those that can be denied
# Calls of these cases alone: clients before API 1.25 removed the container of --rm, and one sent a signal.
LEFT_OUT = {("api-version-1.24-run", "container.delete"), ("api-version-1.24-run", "system.events"),
            ("compose1-up-build", "image.build")}  # `compose` and `build` are allowed apart
complaints = []


def verb_of(case):
    """What was typed; of compose what `up` and `down` do."""
    words = shlex.split(case["argv"])
    if words[0] == "docker" and words[1:3] == ["stack", "deploy"]:
        return "stack"
    if words[0] == "docker-compose":
        return "compose" if {"up", "down"} & set(words) else None
    return COMMANDS.get(words[1]) if words[0] == "docker" and len(words) > 1 else None


def outcomes(calls, policy):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "policy.yaml"
        path.write_text(policy, encoding="utf-8")
        made = subprocess.run([PROGRAM, "eval", "--policy", str(path), "--format", "json", "-"], text=True, check=False,
                              input="".join(json.dumps(call) + "\n" for call in calls), capture_output=True)
    return [json.loads(line) for line in made.stdout.splitlines()]


def access(rule):
    return f"version: 1\nprofile: none\naccess: {rule}\n"


cases = collections.defaultdict(list)
for line in (DATA / "recorded.jsonl").read_text(encoding="utf-8").splitlines():
    case = json.loads(line)
    if verb_of(case) and case["client"].startswith("docker"):
        cases[verb_of(case)] += [(case["name"], {**call, "User": "ci"}) for call in case["requests"]]

seen = collections.Counter()
for verb, asked in cases.items():
    allowed = outcomes([call for _, call in asked], access(f"{{ default: deny, rules: [{{ users: [ci], allow: [{verb}] }}] }}"))
    for (name, _), record in zip(asked, allowed):
        seen[verb] += 1
        left_out = (name, record["operation"]) in LEFT_OUT
        if (record["outcome"] == "allow") == left_out:
            complaints.append(f"allow: [{verb}] and {name}: {record['operation']} is {record['outcome']}")
for verb in PLAIN:
    for of, asked in cases.items():
        names, calls = zip(*asked)
        denied = {name for name, record in zip(names, outcomes(calls, access(f"{{ rules: [{{ users: [ci], deny: [{verb}] }}] }}")))
                  if record["outcome"] != "allow"}
        if of == verb and not denied:
            complaints.append(f"deny: [{verb}] leaves {verb} every call")
        # Others pull and build by the way, and compose runs.
        if of in PLAIN - {verb} and not (of == "run" and verb == "pull") and denied:
            complaints.append(f"deny: [{verb}] denies calls of {of}: {sorted(denied)}")
for verb in [*PLAIN, "compose", "stack"]:
    if not seen[verb]:
        complaints.append(f"no calls of {verb} were recorded")

for complaint in complaints:
    print(complaint)
print(f"{sum(seen.values())} calls, {len(complaints)} complaints")
sys.exit(1 if complaints else 0)
