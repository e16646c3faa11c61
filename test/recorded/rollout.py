#!/usr/bin/env python3
"""rollout.py PROGRAM - what `eval` tells of a new policy agrees with what each policy decides by itself.

From every request that was recorded from real clients: the report of `--against` must have the counts that follow
from deciding by either policy alone; decision records must be unchanged under the policy that made them, and tell of
no change that the requests themselves do not show, but for rules that they are said not to judge.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
PROFILES = ["none", "baseline", "level1", "strict"]
# What the body names decides, which no record has whole.
BY_IMAGE = """version: 1
profile: none
access:
  rules:
    - { users: [""], images: ["docker.io/library/bb"], allow: [container.create, image.build] }
    - { users: [""], deny: [container.create, image.build, image.push] }
"""
DENIED = {"deny", "error"}


class Checks:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.passed = self.failed = 0

    def check(self, name, fine, shown=""):
        self.passed += bool(fine)
        self.failed += not fine
        if not fine:
            print(f"{name}: {shown}")

    def policy(self, name, text):
        path = self.folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def eval(self, text, *arguments):
        return subprocess.run([self.program, "eval", *arguments, "-"], input=text, capture_output=True, text=True,
                              check=False)

    def records(self, text, policy):
        return [json.loads(line) for line in
                self.eval(text, "--policy", policy, "--format", "json").stdout.splitlines()]

    def report(self, text, *arguments):
        done = self.eval(text, "--format", "json", *arguments)
        return json.loads(done.stdout.splitlines()[-1]), done


def requests():
    cases = [json.loads(line) for line in (DATA / "recorded.jsonl").read_text(encoding="utf-8").splitlines()]
    return [json.dumps(call) for case in cases for call in case["requests"]]


def change(before, after):
    if (before in DENIED) != (after in DENIED):
        return "newly_denied" if after in DENIED else "newly_allowed"
    return {("allow", "warn"): "newly_warned", ("warn", "allow"): "no_longer_warned"}.get((before, after), "unchanged")


def reasons(kind, before, after):
    """The rules that a change counts under."""
    found, actions = {"newly_denied": (after, {"deny"}), "newly_allowed": (before, {"deny"}),
                      "newly_warned": (after, {"warn", "deny"})}[kind]
    return {v["rule"] for v in found["violations"] if v["action"] in actions}


def expected(old, new):
    totals = collections.Counter(change(b["outcome"], a["outcome"]) for b, a in zip(old, new))
    rules, users = collections.Counter(), collections.Counter()
    for before, after in zip(old, new):
        kind = change(before["outcome"], after["outcome"])
        for rule in reasons(kind, before, after) if kind.startswith("newly") else ():
            rules[rule, kind] += 1
            users[rule, kind, after["user"]] += 1
    return totals, rules, users


def check_requests(checks, calls, policies, old, new):
    text = "\n".join(calls)
    before, after = checks.records(text, policies[old]), checks.records(text, policies[new])
    report, done = checks.report(text, "--against", policies[old], "--policy", policies[new])
    totals, rules, users = expected(before, after)
    checks.check(f"{old} to {new}: requests are all judged", report["not_judged"] == 0, report)
    name = f"{old} to {new}"
    for kind in ("newly_denied", "newly_allowed", "newly_warned", "no_longer_warned", "unchanged"):
        checks.check(f"{name}: {kind}", report[kind] == totals[kind], f"{report[kind]}, not {totals[kind]}")
    told = {(r["rule"], k): r[k]["calls"] for r in report["rules"] for k in r if k.startswith("newly")}
    checks.check(f"{name}: by rule", told == dict(rules), f"{told}\nnot {dict(rules)}")
    told = {(r["rule"], k, u["name"]): u["calls"] for r in report["rules"] for k in r if k.startswith("newly")
            for u in r[k]["users"]}
    checks.check(f"{name}: by user", told == dict(users), f"{told}\nnot {dict(users)}")
    checks.check(f"{name}: status", done.returncode == (totals["newly_denied"] > 0), done.returncode)
    return report


def check_records(checks, calls, policies, old, new, by_requests):
    made = "\n".join(json.dumps(r) for r in checks.records("\n".join(calls), policies[old]))
    same, done = checks.report(made, "--policy", policies[old], "--against", policies[old])
    checks.check(f"records of {old}: unchanged", same["unchanged"] == len(calls) and done.returncode == 0, same)
    checks.check(f"records of {old}: all judged", not any(r["not_judged"] for r in same["rules"]), same)
    for arguments in ((), ("--against", policies[old])):
        told, _ = checks.report(made, "--policy", policies[new], *arguments)
        known = {r["rule"]: r for r in by_requests["rules"]}
        checks.check(f"records of {old} under {new}: denied", told["newly_denied"] <= by_requests["newly_denied"], told)
        for rule in told["rules"]:
            denied = rule.get("newly_denied", {"calls": 0})["calls"]
            most = known.get(rule["rule"], {}).get("newly_denied", {"calls": 0})["calls"]
            checks.check(f"records of {old} under {new}: {rule['rule']}", denied <= most, f"{denied} > {most}")
        if not arguments and told["newly_denied"] < by_requests["newly_denied"]:
            checks.check(f"records of {old} under {new}: says what it lacks",
                         any(r["not_judged"] for r in told["rules"]), told)


def record(**fields):
    base = {"time": "2026-01-01T00:00:00.000000Z", "decision": "1", "outcome": "allow", "mode": "enforce", "user": "",
            "authn": "", "method": "GET", "operation": "system.ping", "target": "/_ping", "violations": [],
            "policy": {"name": "p", "sha256": ""}, "micros": 1}
    return json.dumps({**base, **fields})


def check_by_hand(checks, policies):
    access = checks.policy("access", "version: 1\nprofile: none\naccess:\n  rules:\n"
                           "    - { users: [ci], deny: [container.create, image.pull] }\n")
    create = {"method": "POST", "operation": "container.create", "target": "/v1.41/containers/create?name=a",
              "api": "1.41", "image": "web:1"}
    found = [{"rule": "privileged", "number": "5.4", "field": "HostConfig.Privileged", "value": "true",
              "action": "deny"}]

    def one(name, policy, wanted, *lines, status=0):
        report, done = checks.report("\n".join(lines), "--policy", policy)
        checks.check(name, all(report[k] == v for k, v in wanted.items()) and done.returncode == status, done)
        return report, done

    report, _ = one("access is judged anew", access, {"newly_denied": 1}, record(user="ci", **create),
                    record(user="bob", **create), status=1)
    rule = report["rules"][0]
    checks.check("user and image are told", rule["rule"] == "trusted-users" and
                 rule["newly_denied"]["users"] == [{"name": "ci", "calls": 1}] and
                 rule["newly_denied"]["images"] == [{"name": "web:1", "calls": 1}] and
                 rule["newly_denied"]["example"] == "container.create POST /v1.41/containers/create?name=a", rule)
    one("a body that is left out is not hidden", policies["none"], {"unchanged": 1}, record(**create))
    one("what was opaque stays so", policies["strict"], {"unchanged": 1},
        record(outcome="deny", violations=[{"rule": "opaque-request", "field": "the body", "value": "",
                                            "action": "deny"}], **create))
    one("a finding weighs what the new policy says", policies["none"], {"newly_allowed": 1},
        record(outcome="deny", violations=found, **create))
    one("a warning becomes a denial", policies["baseline"], {"newly_denied": 1},
        record(outcome="warn", mode="warn", violations=found, **create), status=1)
    excepting = checks.policy("excepting", "version: 1\nexceptions:\n  - name: debug\n    rules: [privileged]\n"
                              "    when: { user: ops-1, image: \"docker.io/library/web:*\", container: a }\n"
                              "    reason: x\n    owner: y\n    expires: 2199-01-01\n")
    denied = record(outcome="deny", user="ops-1", violations=found, **create)
    one("an exception of the new policy is for it", excepting, {"newly_allowed": 1}, denied)
    one("but not for another user", excepting, {"unchanged": 1},
        record(outcome="deny", user="ops-2", violations=found, **create))
    one("nor for another image", excepting, {"unchanged": 1},
        record(**{**json.loads(denied), "image": "other:1"}))
    one("what an exception let through before counts again", policies["baseline"], {"newly_denied": 1},
        record(violations=[{**found[0], "exception": "old"}], **create), status=1)
    warn = checks.policy("warn", "version: 1\nprofile: baseline\nmode: warn\n")
    one("mode warn denies nothing", warn, {"newly_allowed": 1}, record(outcome="deny", violations=found, **create))
    one("swarm is judged without its body", policies["strict"], {"newly_denied": 1},
        record(method="POST", operation="swarm.init", target="/v1.41/swarm/init", api="1.41"), status=1)
    one("plugins are judged without their body", policies["strict"], {"newly_denied": 1},
        record(method="POST", operation="plugin.pull", target="/v1.41/plugins/pull?remote=a/b", api="1.41"), status=1)
    one("an error stays one", policies["none"], {"unchanged": 1}, record(outcome="error", error="was broken"))
    one("an old API version", policies["strict"], {"newly_denied": 1},
        record(operation="container.list", target="/v1.12/containers/json", api="1.12"), status=1)
    one("lines of a journal", policies["none"], {"unchanged": 1, "skipped": 2, "lost": 3},
        "cis-authz: version 1 answers", record(), '{"time":"2026-01-01T00:00:00Z","lost":3}', "cis-authz: ended")
    _, done = one("another line is unreadable", policies["none"], {"unchanged": 1}, record(), "no JSON", status=2)
    checks.check("it is named", "-: line 2 is not a JSON object" in done.stderr, done.stderr)
    one("a torn record is unreadable", policies["none"], {"unchanged": 1}, record(), record()[:-20], status=2)
    check_partial(checks, policies, create, found)
    many = [record(user=f"user{i % 100}", **create) for i in range(3000)]
    deny_all = checks.policy("nobody", "version: 1\nprofile: none\naccess: { default: deny }\n")
    report, _ = one("many names", deny_all, {"newly_denied": 3000}, *many, status=1)
    changed = report["rules"][0]["newly_denied"]
    checks.check("names are bounded", len(changed["users"]) == 64 and changed["users_not_told_apart"] == 36 * 30,
                 changed)
    text = checks.eval("\n".join(many), "--policy", deny_all).stdout
    checks.check("and the text says so", "and at least 59 more" in text and
                 "of these, the last 1080 calls are of names beyond the first 64" in text, text)


def check_partial(checks, policies, create, found):
    """Of a record that lacks something nobody can tell what a new policy makes of the call."""
    whole = json.loads(record(outcome="deny", violations=found, **create))
    cut = {"field": "HostConfig.Binds[0]", "rule": "sensitive-mounts", "action": "deny", "value": "/" + 1023 * "a"}
    nothing = {"newly_denied": 0, "newly_allowed": 0, "newly_warned": 0, "no_longer_warned": 0, "unchanged": 0}
    for name, lacking in (("findings", {"omitted": 7}), ("ends of texts", {"shortened": True}),
                          ("both", {"omitted": 1, "shortened": True}), ("a number of them", {"omitted": "many"}),
                          ("the end of a value", {"violations": [cut]})):
        line = json.dumps({**whole, **lacking})
        for profile in ("none", "strict"):
            report, done = checks.report(line, "--policy", policies[profile])
            checks.check(f"a record that lacks {name} is not judged by {profile}",
                         report["records"] == 1 and report["not_judged"] == 1 and not report["rules"] and
                         all(report[k] == v for k, v in nothing.items()) and done.returncode == 2, done)
        done = checks.eval("\n".join([line, json.dumps(whole)]), "--policy", policies["none"])
        checks.check(f"the text says that {name} are missing", done.returncode == 2 and "1 newly allowed" in done.stdout and
                     "0 unchanged, 1 not judged" in done.stdout and "1 decision records do not hold all" in done.stdout,
                     done)
    report, done = checks.report(json.dumps(whole), "--policy", policies["none"])
    checks.check("a whole record is judged", report["not_judged"] == 0 and done.returncode == 0, done)


def check_shapes(checks, policies):
    """A recording may be one request, a list, or one a line; each is decided."""
    ping = {"RequestMethod": "GET", "RequestUri": "/_ping"}
    none = ("--policy", policies["none"])
    for name, text, status, decided in (
            ("one request", json.dumps(ping), 0, 1),
            ("one in many lines", json.dumps(ping, indent=1), 0, 1),
            ("a list", json.dumps([ping, ping], indent=1), 0, 2),
            ("a list with something else", json.dumps([ping, 1, ping]), 2, 2),
            ("one a line", "\n".join(["", json.dumps(ping), "", json.dumps(ping)]), 0, 2),
            ("a broken first line", "{\n" + json.dumps(ping), 1, 2),
            ("a number", "1", 2, 0),
            ("nothing", "", 2, 0),
            ("process log alone", "cis-authz: ended\n" + json.dumps(ping), 0, 1),
            ("a loss", '{"CisAuthzRecording":{"version":1,"lost":4}}\n' + json.dumps(ping), 0, 1),
            ("what was no request", '{"CisAuthzRecording":{"version":1,"question":"unread"}}', 1, 1)):
        done = checks.eval(text, *none, "--format", "json")
        checks.check(name, done.returncode == status and len(done.stdout.splitlines()) == decided, done)
    done = checks.eval("", *none, "--against", "/none/such")
    checks.check("a policy that is not there", done.returncode == 2 and "/none/such" in done.stderr, done)
    done = subprocess.run([checks.program, "eval", *none, "/"], capture_output=True, text=True, check=False)
    checks.check("a directory", done.returncode == 2 and "/: cannot be read" in done.stderr, done)


def main(program):
    calls = requests()
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(program, folder)
        policies = {p: checks.policy(p, f"version: 1\nprofile: {p}\n") for p in PROFILES}
        policies["by image"] = checks.policy("by-image", BY_IMAGE)
        for old, new in (("none", "baseline"), ("baseline", "level1"), ("level1", "strict"), ("strict", "none"),
                         ("none", "by image"), ("by image", "none"), ("strict", "by image")):
            check_records(checks, calls, policies, old, new, check_requests(checks, calls, policies, old, new))
        check_by_hand(checks, policies)
        check_shapes(checks, policies)
    print(f"{checks.passed} passed, {checks.failed} failed, 0 skipped")
    return checks.failed > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
