#!/usr/bin/env python3
"""field.py PROGRAM - what stacks that people run ask for, judged by baseline.

test/data/field.jsonl has the requests of 81 public stacks, 230 of them services, as real clients sent them, without
environment and labels. test/data/field-denied.tsv has each service that baseline denies: stack, service, the rules that
deny it, and in a sentence what it would get of the host. A service that is denied without a line there fails the test,
and so does a line that is no longer true, and any network or volume that is denied.
"""

import base64
import json
import sys

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


def denials(program, asked):
    records = replay.decide(program, "baseline", [{"requests": [call(one)]} for one in asked])
    for one, [record] in zip(asked, records):
        if record["outcome"] not in ("allow", "warn"):
            rules = {v["rule"] for v in record["violations"] if v["action"] == "deny"}
            yield one["stack"], one["service"] or one["uri"].split("?")[0], " ".join(sorted(rules))


def main(program):
    asked = [json.loads(line) for line in (replay.DATA / "field.jsonl").read_text(encoding="utf-8").splitlines()]
    services = sum(map(is_service, asked))
    denied, expected = list(denials(program, asked)), list(expected_denials())
    wrong = [f"denied, but not in field-denied.tsv: {one}" for one in denied if one not in expected]
    wrong += [f"in field-denied.tsv, but not denied: {one}" for one in expected if one not in denied]
    for line in wrong:
        print(line)
    print(f"baseline admits {services - len(denied)} of {services} services")
    print(f"{len(asked) - len(wrong)} passed, {len(wrong)} failed, 0 skipped")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
