#!/usr/bin/env python3
"""host.py PROGRAM - `--host` decides whose policy `check`, `eval` and `except` read; without it, this host's."""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
POLICY = """version: 1
exceptions:
  - name: agent
    rules: [privileged]
    when: { user: kim, host: "web-*" }
    reason: SEC-1
    owner: ops@example.com
    expires: 2999-01-01
scopes:
  - name: databases
    when: { host: db-1 }
    rules: { read-only-rootfs: deny }
"""
HERE = os.uname().nodename
complaints = []


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)


def expect(what, came, wanted):
    if came != wanted:
        complaints.append(f"{what}: {came!r}, not {wanted!r}")


def call(user):
    body = {"Image": "nginx", "HostConfig": {"Privileged": True}}
    return {"RequestMethod": "POST", "RequestUri": "/v1.41/containers/create", "User": user, "UserAuthNMethod": "TLS",
            "RequestHeaders": {"Content-Type": "application/json"},
            "RequestBody": base64.b64encode(json.dumps(body).encode()).decode()}


def rules_found(*words):
    record = json.loads(run("eval", *words, "--format", "json", str(recorded)).stdout)
    return record["outcome"], sorted(v["rule"] for v in record["violations"])


with tempfile.TemporaryDirectory() as folder:
    policy, recorded = pathlib.Path(folder, "policy.yaml"), pathlib.Path(folder, "recorded.json")
    policy.write_text(POLICY, encoding="utf-8")
    policy.chmod(0o644)
    recorded.write_text(json.dumps(call("kim")), encoding="utf-8")

    valid = f"{policy}: valid: policy baseline on profile baseline, "
    on = int(re.search(r"(\d+) rules on", run("check", "--host", "db-10", str(policy)).stdout)[1])
    for host, tail in [([], f"{on} rules on"), (["--host", "web-7"], f"{on} rules on, exceptions for web-7: 1"),
                       (["--host", "db-1"], f"{on + 1} rules on, scopes for db-1: 1"), (["--host", "db-10"], f"{on} rules on")]:
        expect(f"check {host}", run("check", *host, str(policy)).stdout, f"{valid}{tail}\n")

    expect("eval here", rules_found("--policy", str(policy)), ("deny", ["privileged"]))
    expect("eval of web-7", rules_found("--policy", str(policy), "--host", "web-7")[0], "allow")
    expect("eval of db-1", rules_found("--policy", str(policy), "--host", "db-1"), ("deny", ["privileged", "read-only-rootfs"]))

    # Two policies are of the same host.
    against = run("eval", "--policy", str(policy), "--against", str(policy), "--host", "web-7", str(recorded))
    expect("eval --against", (against.returncode, "0 newly denied" in against.stdout), (0, True))

    drafted = run("except", "--policy", str(policy), "--host", "web-7", str(recorded))
    expect("except of web-7", drafted.returncode, 1)
    expect("except here", run("except", "--policy", str(policy), str(recorded)).returncode, 0)

    # This host's own name is what there is without the option.
    mine = pathlib.Path(folder, "mine.yaml")
    mine.write_text(POLICY.replace("db-1", HERE), encoding="utf-8")
    mine.chmod(0o644)
    expect("check of this host", run("check", str(mine)).stdout.endswith(f"{on + 1} rules on, scopes for this host: 1\n"), True)

    for command in ("check", "eval", "except"):
        for wrong in ("", "web-*", "http://web", "web 1"):
            came = run(command, "--host", wrong, str(policy))
            expect(f"{command} --host '{wrong}'", (came.returncode, came.stderr.splitlines()[0]),
                   (2, f"cis-authz {command}: --host must be the name of a host, as `uname -n` prints it, not '{wrong}'"))

print("\n".join(complaints))
sys.exit(1 if complaints else 0)
