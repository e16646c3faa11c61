#!/usr/bin/env python3
"""operations.py PROGRAM - `rules --operations` lists every operation, in its group, with every call of the route table."""

import json
import pathlib
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
OP = re.compile(r'^OP\((\w+), "([a-z.]+)", (READS|CHANGES)', re.MULTILINE)
ROUTE = re.compile(r'^ROUTE\((\w+), "([^"]+)", (\w+)', re.MULTILINE)
complaints = []


def run(*words):
    return subprocess.run([PROGRAM, "rules", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)


def expect(what, came, wanted):
    if came != wanted:
        complaints.append(f"{what}: {came}, not {wanted}")


ops = OP.findall((ROOT / "include/policy/op.def").read_text(encoding="utf-8"))
routes = [(method, re.sub(r":[^}]*", "", path), symbol)
          for method, path, symbol in ROUTE.findall((ROOT / "plugin/docker/routes.def").read_text(encoding="utf-8"))]
rows = {row["operation"]: row for row in json.loads(run("--operations", "--format", "json").stdout)}

expect("operations", list(rows), [name for _, name, _ in ops])
for symbol, name, group in ops:
    expect(f"group of {name}", rows[name]["group"], group.lower())
    expect(f"calls of {name}", [(call["method"], call["path"]) for call in rows[name]["calls"]],
           [(method, path) for method, path, op in routes if op == symbol])

verbs = json.loads(subprocess.run([PROGRAM, "help", "--dump"], capture_output=True, text=True, check=True).stdout)["verbs"]
for verb in verbs:
    calls = [name for name in rows if verb["name"] in rows[name]["verbs"]]
    expect(f"calls of {verb['name']}", calls, verb["calls"])
    expect(f"what {verb['name']} is for", set(verb["is_for"]) - set(calls), set())

table, *blocks = run("--operations").stdout.split("\n\n")
for verb, block in zip(verbs, blocks):
    expect(f"{verb['name']} in text", block.split("\n")[0], f"{verb['name']}: {verb['command']}")
    expect(f"calls of {verb['name']} in text", sorted(re.findall(r"[a-z]+\.[a-z.]+[a-z]", block)), sorted(verb["calls"]))
expect("verbs in text", len(blocks), len(verbs))
lines = table.splitlines()
expect("operations in text", [line.split()[0] for line in lines[1:] if not line.startswith(" ")], list(rows))
expect("calls in text", sum("/" in line for line in lines[1:]), len(routes))
for wrong in (["--operations", "--format", "man"], ["--operations", "--policy", "p.yaml"]):
    expect(f"exit of {wrong}", run(*wrong).returncode, 2)

for complaint in complaints:
    print(complaint)
sys.exit(1 if complaints else 0)
