"""equivalent.py - the mutants of test/mutate/equivalent.txt, which nobody can tell from the program.

An entry names file and function, the lines before and after, and why; it knows no line numbers, which change:

    policy/when/access.c access_index
    - entries = arena_alloc(arena, users + 1, sizeof(*entries));
    + entries = arena_alloc(arena, users + 2, sizeof(*entries));
      One entry more than is ever written: only memory is lost.
"""

from .build import ROOT
from .source import one_blank

WHERE = "test/mutate/equivalent.txt"


class Equivalent:
    """What the list says, and which entries were found in the sources."""

    def __init__(self, text):
        self.entries, self.complaints = {}, []
        for number, block in self.blocks(text):
            self.add(number, block)

    @staticmethod
    def blocks(text):
        """Runs of lines that are not empty and no comment, with the first one's number."""
        block, start = [], 0
        for number, line in enumerate([*text.splitlines(), ""], 1):
            if line.startswith("#"):
                continue
            if line.strip():
                start = start if block else number
                block.append(line)
            elif block:
                yield start, block
                block = []

    def add(self, number, block):
        place = f"{WHERE}:{number}"
        names = block[0].split()
        before = [line[2:] for line in block if line.startswith("- ")]
        after = [line[2:] for line in block if line.startswith("+ ")]
        reason = [line for line in block[1:] if line.startswith("  ")]
        if len(names) != 2 or len(before) != 1 or len(after) != 1 or len(reason) + 3 != len(block) or not reason:
            self.complaints.append(f"{place}: an entry is FILE FUNCTION, `- before`, `+ after`, and a reason on lines "
                                   "that begin with two blanks")
            return
        key = (names[0], names[1], one_blank(before[0]), one_blank(after[0]))
        if key in self.entries:
            self.complaints.append(f"{place}: stands twice")
        self.entries[key] = place

    def without_place(self, mutants):
        """Complaints of entries that no mutant matches."""
        keys = {mutant.key() for mutant in mutants}
        return [f"{place}: {key[0]} has no such mutant in {key[1]} (any more): judge it again, or take it out"
                for key, place in self.entries.items() if key not in keys]

    def files(self):
        """Those of the entries that are still there."""
        return sorted({key[0] for key in self.entries if (ROOT / key[0]).is_file()})

    def __contains__(self, mutant):
        return mutant.key() in self.entries
