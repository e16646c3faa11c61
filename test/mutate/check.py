#!/usr/bin/env python3
"""What scripts/mutate makes of toy.c, and what it says of entries of its list that are wrong; then its real list.

toy.txt holds every mutant of toy.c: line, function, kind, what stood there and what stands there then.
"""

import difflib
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "test/mutate"
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))

from mutation.equivalent import Equivalent  # noqa: E402
from mutation.source import mutants_of  # noqa: E402

GOOD = """# A comment.
toy.c seen
- if (t->items[i] == *names[0])
+ if (t->items[i] == *names[1])
  No list has a second name.
"""
BAD = {
    "no reason": ("toy.c seen\n- continue;\n+ ;\n", "a reason"),
    "no such line": ("toy.c seen\n- continue;\n+ break;\n  Why.\n", "no such mutant in seen"),
    "another function": ("toy.c toy_read\n- continue;\n+ ;\n  Why.\n", "no such mutant in toy_read"),
    "twice": (GOOD + "\n" + GOOD, "stands twice"),
    "no function": ("toy.c\n- continue;\n+ ;\n  Why.\n", "FILE FUNCTION"),
}


def check_mutants(text, mutants, complain):
    wanted = (HERE / "toy.txt").read_text(encoding="utf-8").splitlines()
    came = [f"{mutant.line} {mutant.function} {mutant.kind}: {mutant.before} → {mutant.after}" for mutant in mutants]
    for line in difflib.unified_diff(wanted, came, "toy.txt", "toy.c", lineterm="", n=0):
        complain(line)
    for mutant in mutants:
        changed = mutant.apply(text)
        if changed == text or changed.count("\n") != text.count("\n"):
            complain(f"{mutant} changes nothing, or moves lines")


def check_list(mutants, complain):
    good = Equivalent(GOOD)
    if good.complaints or good.without_place(mutants) or sum(mutant in good for mutant in mutants) != 1:
        complain(f"a good entry: {good.complaints} {good.without_place(mutants)}")
    for name, (text, wanted) in BAD.items():
        entries = Equivalent(text)
        said = entries.complaints + entries.without_place(mutants)
        if len(said) != 1 or wanted not in said[0]:
            complain(f"an entry with {name}: {said}")


def main():
    complaints = []
    text = (HERE / "toy.c").read_text(encoding="utf-8")
    mutants = mutants_of("toy.c", text)
    check_mutants(text, mutants, complaints.append)
    check_list(mutants, complaints.append)
    print(*complaints, sep="\n")
    real = subprocess.run([ROOT / "scripts/mutate", "--check-list"], check=False).returncode
    sys.exit(1 if complaints or real else 0)


main()
