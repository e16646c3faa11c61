#!/usr/bin/env python3
"""field.py PROGRAM - what stacks that people run ask for, judged by baseline and by steps.

test/data/field.jsonl has the requests of 81 public stacks, 230 of them services, as real clients sent them, without
environment and labels. test/data/field-denied.tsv has each service that baseline denies: stack, service, the rules that
deny it, and in a sentence what it would get of the host. A service that is denied without a line there fails the test,
and so does a line that is no longer true, and any network or volume that is denied. The first day of a rollout denies no
other service than baseline.

For each of them `except` writes one exception that admits it, and nothing that asks for one thing more.
"""

import base64
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import replay


def call(one):
    body = base64.b64encode(json.dumps(one["body"]).encode()).decode()
    return {"RequestMethod": one["method"], "RequestUri": one["uri"], "RequestBody": body,
            "RequestHeaders": {"Content-Type": "application/json", "Content-Length": "1"}}


def is_service(one):
    return one["uri"].split("?")[0].endswith("/containers/create")


def expected_denials():
    for line in (replay.DATA / "field-denied.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        stack, service, rules, sentence = line.split("\t")
        if not sentence.endswith("."):
            sys.exit(f"field-denied.tsv: {stack} {service}: no sentence")
        yield stack, service, rules


def denials(program, profile, asked):
    records = replay.decide(program, profile, [{"requests": [call(one)]} for one in asked])
    for one, [record] in zip(asked, records):
        if record["outcome"] not in ("allow", "warn"):
            rules = {v["rule"] for v in record["violations"] if v["action"] == "deny"}
            yield one["stack"], one["service"] or one["uri"].split("?")[0], " ".join(sorted(rules))


def more(one):
    """The same service, with one thing more that it does not ask for."""
    host = one["body"]["HostConfig"]
    for key, value in (("CapAdd", (host.get("CapAdd") or []) + ["SYS_BOOT"]), ("IpcMode", "host"),
                       ("Binds", (host.get("Binds") or []) + ["/root:/r"])):
        other = copy.deepcopy(one)
        other["body"]["HostConfig"][key] = value
        yield f"with {key} {value}", other
    other = copy.deepcopy(one)
    other["body"]["Image"] = "another:1"
    yield "with another image", other


def faults_of_exception(program, folder, one):
    """What is wrong with the exception that is drafted for a service."""
    (folder / "call").write_text(json.dumps(call(one)), encoding="utf-8")
    drafted = subprocess.run([program, "except", "--reason", "a test", "--owner", "me", folder / "call"], capture_output=True,
                             text=True, check=False)
    if drafted.returncode != 0:
        return [f"no exception: {drafted.stdout}{drafted.stderr}"]
    policy = "version: 1\nprofile: baseline\n" + drafted.stdout
    (folder / "policy").write_text(policy, encoding="utf-8")

    def status(asked):
        (folder / "call").write_text(json.dumps(call(asked)), encoding="utf-8")
        return subprocess.run([program, "eval", "--policy", folder / "policy", folder / "call"], capture_output=True,
                              check=False).returncode

    faults = [] if status(one) == 0 else ["its exception does not admit it"]
    return faults + [f"its exception admits it {what}" for what, other in more(one) if status(other) != 1]


def exceptions(program, denied):
    with tempfile.TemporaryDirectory() as folder:
        for one in denied:
            for fault in faults_of_exception(program, pathlib.Path(folder), one):
                yield f"{one['stack']} {one['service']}: {fault}"


def main(program):
    asked = [json.loads(line) for line in (replay.DATA / "field.jsonl").read_text(encoding="utf-8").splitlines()]
    services = sum(map(is_service, asked))
    denied, expected = list(denials(program, "baseline", asked)), list(expected_denials())
    names = {one[:2] for one in denied}
    wrong = [f"denied, but not in field-denied.tsv: {one}" for one in denied if one not in expected]
    wrong += [f"in field-denied.tsv, but not denied: {one}" for one in expected if one not in denied]
    wrong += [f"denied by steps, but not by baseline: {one}" for one in denials(program, "steps", asked) if one[:2] not in names]
    wrong += exceptions(program, [one for one in asked if (one["stack"], one["service"] or one["uri"].split("?")[0]) in names])
    for line in wrong:
        print(line)
    print(f"baseline and steps admit {services - len(denied)} of {services} services")
    print(f"{len(asked) + len(denied) - len(wrong)} passed, {len(wrong)} failed, 0 skipped")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
