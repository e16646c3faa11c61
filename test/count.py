#!/usr/bin/env python3
"""count.py TESTLOG.json... - counts every check in meson's logs, and prints what the failed tests had to say.

A test that counts its own checks does so in TAP lines, or in a line such as "3 passed, 1 failed, 0 skipped"; any
other test is one check.
"""

import json
import re
import sys

SUMMARY = re.compile(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
TAP = re.compile(r"^(not )?ok \d+\b(.*)$", re.MULTILINE)


def count_own(output):
    """Passed, failed and skipped as the test itself counted them."""
    passed = failed = skipped = 0
    for match in SUMMARY.finditer(output):
        numbers = [int(number or 0) for number in match.groups()]
        passed, failed, skipped = passed + numbers[0], failed + numbers[1], skipped + numbers[2]
    for bad, rest in TAP.findall(output):
        if re.search(r"#\s*skip", rest, re.IGNORECASE):
            skipped += 1
        elif bad:
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def count(test):
    passed, failed, skipped = count_own(test["stdout"])
    if test["result"] == "SKIP":
        return passed, failed, max(skipped, 1)
    if test["result"] not in ("OK", "EXPECTEDFAIL"):
        # A crash or a leak fails a test whose own checks had all passed.
        return passed, max(failed, 1), skipped
    return (1, 0, 0) if passed + failed + skipped == 0 else (passed, failed, skipped)


def main():
    total = [0, 0, 0]
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as log:
            for test in map(json.loads, log):
                counts = count(test)
                total = [sum(pair) for pair in zip(total, counts)]
                if counts[1]:
                    print(f"--- {test['name']}: {test['result']}", test["stdout"], test.get("stderr", ""), sep="\n")
                elif counts[2]:
                    reasons = re.findall(r"^.*\bskip.*$", test["stdout"], re.IGNORECASE | re.MULTILINE)
                    print(*(f"{test['name']}: {reason}" for reason in reasons), sep="\n")
    print("{} passed, {} failed, {} skipped".format(*total))


if __name__ == "__main__":
    main()
