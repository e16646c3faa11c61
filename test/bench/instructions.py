#!/usr/bin/env python3
"""instructions.py COUNT [--write] - no decision takes more instructions than instructions.tsv says, 5 % aside.

A decision is what N more of them add, so that starting does not count. A change that is worth its price is accepted by
--write, which measures anew; the table's history then says what each figure rose or fell with.
"""

import pathlib
import shutil
import sys
import tempfile

import counting
import envelopes

TIMES = 200
SLACK = 1.05
HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "instructions.tsv"


def measure(count, policy, question):
    once, twice = (counting.instructions(count, policy, question, times) for times in (TIMES, 2 * TIMES))
    return round((twice - once) / TIMES)


def read_table():
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return {name: int(figure) for name, figure in (line.split("\t") for line in lines)}


def main():
    count, *options = sys.argv[1:]
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="cis-authz-count.") as name:
        folder = pathlib.Path(name)
        policy = folder / "policy.yaml"
        policy.write_text("version: 1\nprofile: level2\n", encoding="utf-8")
        policy.chmod(0o600)
        seen = {case: measure(count, policy, path) for case, path in envelopes.make(folder, envelopes.COUNTED).items()}

    if options == ["--write"]:
        rows = "".join(f"{case}\t{figure}\n" for case, figure in seen.items())
        TABLE.write_text("question\tinstructions\n" + rows, encoding="utf-8")
        return
    known = read_table()
    failed = known.keys() != seen.keys()
    for case, figure in seen.items():
        most = known.get(case, 0) * SLACK
        failed |= figure > most
        print(f"{case}: {figure} instructions, {known.get(case)} in the table{'' if figure <= most else ': too many'}")
    if failed:
        print(f"If that is worth it: test/bench/instructions.py {count} --write, and say in the commit what it buys.")
    sys.exit(1 if failed else 0)


main()
