#!/usr/bin/env python3
"""replay.py PROGRAM - decides what real clients asked a real daemon, and compares with what people said of it.

test/data/recorded.jsonl has a case a line: what was typed, the requests that came of it, and by hand, from what was
typed, the numbers of the benchmark that it goes against:

  violates_explicit    by an option that was given: strict reports each of them
  violates_strict      also by what was left out, or in the strictest reading: strict reports each of them, unless
                       it denies the request as one that cannot be read
  dangers_outside_cis  in words: strict reports each by one of the rules below, or cannot read the request
  neither of the two others but violates_strict: harmless, and baseline lets it pass

A case that ended before it reached the daemon is left out. Where the program differs on purpose,
test/data/recorded-differences.tsv says why, a line each: the case, what differs (a number, a danger, or `baseline` and
the rule that denies), the reason. A line that is no longer needed fails the test as well.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"

RULES_FOR = {
    "body-not-forwarded": {"opaque-request"},
    "cgroupns-host": {"host-cgroupns"},
    "custom-seccomp": {"seccomp-profile"},
    "device-cgroup-rule": {"host-devices"},
    "docker-data-dir": {"sensitive-mounts"},
    "docker-socket": {"docker-socket"},
    "foreign-volume-driver": {"volume-driver"},
    "gpu": {"host-devices"},
    "host-sysctl": {"sysctls"},
    "host-var-log": {"sensitive-mounts"},
    "hostconfig-at-start": {"privileged", "sensitive-mounts"},
    "hostconfig-at-top-level": {"privileged", "sensitive-mounts"},
    "joins-container-namespace": {"container-namespaces"},
    "json-duplicate-key": {"opaque-request"},
    "json-key-case": {"privileged", "sensitive-mounts", "host-network", "exec-privileged"},
    "json-malformed": {"opaque-request"},
    "macvlan": {"inter-container-traffic", "host-network"},
    "oom-score-adj": {"oom-protection"},
    "other-runtime": {"runtime"},
    "parent-of-docker-dirs": {"sensitive-mounts", "docker-socket"},
    "parent-of-docker-socket": {"sensitive-mounts", "docker-socket"},
    "plugin-install": {"plugin-install"},
    "plugin-settings": {"plugin-install"},
    "remote-context": {"build-options"},
    "root-group": {"group-add"},
    "root-home": {"sensitive-mounts"},
    "swarm": {"swarm-control"},
    "symlink-source": {"sensitive-mounts", "docker-socket"},
    "unlimited-pids": {"pids-limit"},
    "unlimited-swap": {"memory-limit"},
    "unmasked-system-paths": {"unmasked-paths"},
    "volume-driver-bind": {"sensitive-mounts", "volume-driver"},
    "volume-driver-device": {"sensitive-mounts", "volume-driver"},
    "volume-driver-overlay": {"sensitive-mounts", "volume-driver"},
    "volume-driver-proc": {"sensitive-mounts", "volume-driver"},
    "volumes-from": {"volumes-from"},
}


def decide(program, profile, cases):
    """For each case the records of its requests."""
    calls = [json.dumps(call) for case in cases for call in case["requests"]]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as policy:
        policy.write(f"version: 1\nprofile: {profile}\n")
        policy.flush()
        done = subprocess.run([program, "eval", "--policy", policy.name, "--format", "json", "-"],
                              input="\n".join(calls), stdout=subprocess.PIPE, text=True, check=False)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    if len(records) != len(calls):
        sys.exit(f"replay.py: {len(calls)} requests, but {len(records)} decisions under {profile}")
    rest = iter(records)
    return [[next(rest) for _ in case["requests"]] for case in cases]


def violations(records, action=None):
    return [v for record in records for v in record["violations"] if action in (None, v["action"])]


def differences(case, strict, baseline):
    """What strict misses of what people found, and what baseline denies of what they found harmless."""
    found = violations(strict)
    numbers = {v["number"] for v in found if "number" in v}
    rules = {v["rule"] for v in found}
    wanted = set(case["violates_explicit"])
    if "opaque-request" not in rules:
        wanted |= set(case["violates_strict"])
    yield from sorted(wanted - numbers)
    if "opaque-request" not in rules:
        yield from (danger for danger in case["dangers_outside_cis"] if not RULES_FOR[danger] & rules)
    if not case["violates_explicit"] and not case["dangers_outside_cis"]:
        denied = {(v["rule"], v.get("number")) for v in violations(baseline, "deny")}
        yield from sorted(f"baseline {rule}" for rule, number in denied if number not in case["violates_strict"])


def expected_differences():
    expected = {}
    for line in (DATA / "recorded-differences.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        case, what, reason = line.split("\t")
        expected[case, what] = reason
    return expected


def main(program):
    cases = [json.loads(line) for line in (DATA / "recorded.jsonl").read_text(encoding="utf-8").splitlines()]
    cases = [case for case in cases if case.get("reached_daemon", True)]
    strict, baseline = decide(program, "strict", cases), decide(program, "baseline", cases)
    expected = expected_differences()
    failed = 0
    for case, *records in zip(cases, strict, baseline):
        wrong = [what for what in differences(case, *records) if not expected.pop((case["name"], what), None)]
        failed += bool(wrong)
        for what in wrong:
            print(f"{case['name']}: {what} differs: {case['argv'][:200]}")
    for case, what in expected:
        failed += 1
        print(f"recorded-differences.tsv: {case}: {what} does not differ; remove the line")
    print(f"{len(cases) - min(failed, len(cases))} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
