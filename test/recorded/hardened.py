#!/usr/bin/env python3
"""hardened.py PROGRAM - the commands of docs/hardened-run.md pass the profile they are named after, and those before.

test/data/hardened.jsonl has what the docker command sent for each.
"""

import json
import pathlib
import re
import shlex
import sys

import replay

PROFILES = ["baseline", "level1", "level2", "strict"]
MANUAL = pathlib.Path(__file__).resolve().parents[2] / "docs/hardened-run.md"


def commands_of_manual():
    text = MANUAL.read_text(encoding="utf-8")
    for profile, command in re.findall(r"^## (\w+)\n\n```sh\n(.*?)```", text, re.DOTALL | re.MULTILINE):
        yield profile, shlex.split(command.replace("\\\n", " "))


def main(program):
    lines = (replay.DATA / "hardened.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    wrong = []
    if [(case["profile"], case["argv"]) for case in cases] != list(commands_of_manual()):
        wrong.append("hardened.jsonl was recorded from other commands than those of docs/hardened-run.md")
    checked = 1
    for case in cases:
        for profile in PROFILES[:PROFILES.index(case["profile"]) + 1]:
            checked += 1
            [[record]] = replay.decide(program, profile, [{"requests": [case["request"]]}])
            wrong += [f"{case['profile']}: {profile} has {v['action']} by {v['rule']} for {v['field']}"
                      for v in record["violations"]]
    for line in wrong:
        print(line)
    print(f"{checked - min(checked, len(wrong))} passed, {len(wrong)} failed, 0 skipped")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
