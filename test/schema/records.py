#!/usr/bin/env python3
"""records.py PROGRAM - every record that the program writes is as docs/decision-log.schema.json says.

The records are those of all recorded requests and of all cases, each under several policies. To see that the schema
says something at all, each kind of damage done to a good record must be refused.
"""

import base64
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

TEST = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = json.loads((TEST.parent / "docs/decision-log.schema.json").read_text(encoding="utf-8"))
DOCUMENT = (TEST.parent / "docs/decision-log.md").read_text(encoding="utf-8")
POLICIES = ["version: 1\nprofile: baseline\n", "version: 1\nprofile: strict\nmode: warn\n"]


def recorded():
    for line in (TEST / "data/recorded.jsonl").read_text(encoding="utf-8").splitlines():
        yield from (json.dumps(call) for call in json.loads(line)["requests"])


def cases():
    """The request of each case, where it is written out; run-cases knows the rest of the language."""
    for path in sorted((TEST / "cases").rglob("*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        request, body = case.get("request"), case.get("body")
        if not isinstance(request, dict) or not isinstance(body, (str, type(None))):
            continue
        call = {"RequestMethod": request.get("method", ""), "RequestUri": request.get("uri", ""),
                "User": request.get("user", "")}
        if body is not None:
            call["RequestHeaders"] = {"Content-Type": "application/json"}
            call["RequestBody"] = base64.b64encode(body.encode()).decode()
        yield json.dumps(call)


def decide(program, policy, calls):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(policy)
        file.flush()
        done = subprocess.run([program, "eval", "--policy", file.name, "--format", "json", "-"],
                              input="\n".join(calls).encode(), stdout=subprocess.PIPE, check=False)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def damaged(record):
    """The record in every way that it must not be."""
    for key in record:
        bad = copy.deepcopy(record)
        del bad[key]
        if key not in ("api", "image", "omitted"):
            yield f"without {key}", bad
        bad = copy.deepcopy(record)
        bad[key] = {"wrong": "type"}
        yield f"{key} is an object", bad
    for name, change in {
        "an unknown key": lambda r: r.update(env=["A=b"]),
        "another schema": lambda r: r.update(schema=2),
        "an unknown outcome": lambda r: r.update(outcome="maybe"),
        "a local time": lambda r: r.update(time=r["time"].replace("Z", "+01:00")),
        "an error without the outcome": lambda r: r.update(error="is broken", outcome="deny"),
        "a denial without violations": lambda r: r.update(violations=[]),
        "a violation that does nothing": lambda r: r["violations"][0].update(action="off"),
        "a violation of no rule": lambda r: r["violations"][0].pop("rule"),
        "a violation with more": lambda r: r["violations"][0].update(secret="x"),
        "a target without end": lambda r: r.update(target="x" * 2000),
        "a policy without digest": lambda r: r["policy"].pop("sha256"),
        "a digest that is none": lambda r: r["policy"].update(sha256="baseline"),
        "micros as text": lambda r: r.update(micros="12"),
        "a loss as well": lambda r: r.update(lost=1),
    }.items():
        bad = copy.deepcopy(record)
        change(bad)
        yield name, bad


def extended(record):
    """What other versions of this schema's first edition may add."""
    good = copy.deepcopy(record)
    good["violations"][0]["exception"] = "node-exporter"
    good["violations"][-1]["near"] = "The exception old (policy.yaml:3) is for this rule, but its last day was 2020-01-31."
    good["image_id"] = "sha256:0f"
    good["policy"]["generation"] = 3
    good["policy"]["scope"] = "ci"
    return good


def undocumented():
    """Keys of the schema that the document does not explain, and the other way round."""
    known, definitions = set(), SCHEMA["definitions"]
    for name, prefix in (("record", ""), ("violation", "violations[]."), ("loss", "")):
        known |= {prefix + key for key in definitions[name]["properties"]}
    known |= {"policy." + key for key in definitions["record"]["properties"]["policy"]["properties"]} - {"policy"}
    tables = DOCUMENT.split("\n## Where it goes")[0]
    return (known - {"policy"}) ^ set(re.findall(r"^\| `([^`]+)` \|", tables, re.MULTILINE))


def main(program):
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft7Validator(SCHEMA)
    calls = [*recorded(), *cases(), '{"CisAuthzRecording":{"version":1,"question":"unread"}}', '{"RequestMethod":"GET"}']
    failed = passed = 0
    denial, outcomes = None, set()

    for policy in POLICIES:
        records = decide(program, policy, calls)
        # A case may be no request at all to eval, never the other way round.
        if len(records) != len(calls):
            failed += 1
            print(f"{len(calls)} requests, but {len(records)} records under {policy!r}")
        for record in records:
            outcomes.add(record["outcome"])
            wrong = next(validator.iter_errors(record), None)
            failed, passed = failed + bool(wrong), passed + (not wrong)
            if wrong:
                print(json.dumps(record), wrong.message, sep="\n  ")
            elif record["outcome"] == "deny" and "api" in record and "image" in record:
                denial = denial or record

    checks = [(f"the outcome {o} was seen", o in outcomes) for o in ("allow", "deny", "warn", "error")]
    checks += [(f"refused: {what}", not validator.is_valid(bad)) for what, bad in damaged(denial)]
    checks += [("what may be added is accepted", validator.is_valid(extended(denial)))]
    loss = {"schema": 1, "time": "2026-01-02T03:04:05Z", "lost": 2}
    checks += [("a loss is accepted", validator.is_valid(loss)),
               ("a loss of nothing is refused", not validator.is_valid({**loss, "lost": 0}))]
    checks += [(f"docs/decision-log.md and the schema agree on {key}", False) for key in undocumented()]
    for what, true in checks:
        failed, passed = failed + (not true), passed + true
        if not true:
            print(f"not so: {what}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
