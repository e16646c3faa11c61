#!/usr/bin/env python3
"""manual.py PROGRAM - what cis-authz-policy(5) and docs/policy.md show is a policy that the program takes.

Every example of the manual, and every example of a single key, put where the key belongs.
"""

import subprocess
import sys

import policies

PROGRAM = sys.argv[1]
complaints = []

EXCEPTION = {"name": "one", "rules": "[host-pid]", "when": "{ user: ops }", "reason": "R", "owner": "o"}
SCOPE = {"name": "one", "when": "{ user: ops }", "rules": "{ privileged: deny }", "reason": "R", "owner": "o"}
MOUNTS = {**EXCEPTION, "rules": "[sensitive-mounts]"}
VALUE = {"value": "/etc/a"}
RULE = {"users": "[ops]", "allow": '["*"]'}


def flow(pairs):
    return "{ " + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + " }"


def policy(**keys):
    return "".join(f"{key}: {value}\n" for key, value in {"version": "1", **keys}.items())


# Where the keys of a scope of the schema stand: a whole policy around one of them.
AROUND = {
    "": lambda key, value: policy(**{key: value}),
    "scope": lambda key, value: policy(scopes=f"[{flow({**SCOPE, key: value})}]"),
    "exception": lambda key, value: policy(exceptions=f"[{flow({**MOUNTS, key: value})}]"),
    "when": lambda key, value: policy(exceptions=f"[{flow({**EXCEPTION, 'when': flow({key: value})})}]"),
    "not": lambda key, value: policy(
        exceptions=f"[{flow({**EXCEPTION, 'when': flow({'user': 'ops', 'not': flow({key: value})})})}]"),
    "access": lambda key, value: policy(access=flow({"default": "deny", key: value})),
    "access-rule": lambda key, value: policy(access=flow({"rules": f"[{flow({**RULE, key: value})}]"})),
    "path-item": lambda key, value:
        policy(rules=flow({"sensitive-mounts": flow({"allow": f"[{flow({'path': '/etc/a', key: value})}]"})})),
    "value": lambda key, value: policy(exceptions=f"[{flow({**MOUNTS, 'values': f'[{flow({**VALUE, key: value})}]'})}]"),
    "device-item": lambda key, value:
        policy(rules=flow({"host-devices": flow({"allow": f"[{flow({'path': '/dev/a', key: value})}]"})})),
}


def check(name, text):
    out = subprocess.run([PROGRAM, "check", "-"], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         check=False)
    if out.returncode != 0:
        complaints.append(f"{name}: {out.stdout.decode()}\n{text}")


def properties(scope, schema):
    node = schema["definitions"][scope] if scope else schema
    for part in [node, *node.get("anyOf", [])]:
        if "additionalProperties" in part:
            return part["properties"]
    raise KeyError(scope)


schema = policies.schema()
for scope, around in AROUND.items():
    for key, value in properties(scope, schema).items():
        for example in value["examples"]:
            check(f"the example of {key} in {scope or 'a policy'}", around(key, example))
shown = [(name, text) for name, text in policies.good() if name.startswith("docs/")]
for name, text in shown:
    if "profile: ./" not in text:
        check(name, text)
if not any(name.endswith("policy.5, example 1") for name, text in shown):
    complaints.append("cis-authz-policy(5) shows no example")
for complaint in complaints:
    print(complaint)
sys.exit(1 if complaints else 0)
