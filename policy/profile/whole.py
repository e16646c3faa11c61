#!/usr/bin/env python3
"""whole.py FOLDER FILE... - writes the whole profile of each file into FOLDER, under the same name.

A profile's file may name another with `profile:`. It then holds only the rules for which it says something else, each
with its comment; the others are that one's, as are headings and order.
"""

import pathlib
import re
import sys

BEGIN = "\nrules:\n"
BELOW = re.compile(r"^profile: ([a-z0-9]+).*\n", re.MULTILINE)
RULE = re.compile(r"^  ([a-z-]+):", re.MULTILINE)


class Mistake(Exception):
    """A file that no whole profile can be made of."""


def split(text):
    """What stands above the rules, and the paragraphs below: each a rule with the comment above it, or a heading."""
    head, begin, body = text.partition(BEGIN)
    if not begin:
        raise Mistake("there is no line `rules:`")
    return head, body.rstrip("\n").split("\n\n")


def rule_of(paragraph):
    """The name of its rule; None for a heading."""
    names = RULE.findall(paragraph)
    if len(names) > 1:
        raise Mistake(f"{names[0]} and {names[1]} stand together; an empty line divides rules")
    return names[0] if names else None


def by_rule(paragraphs):
    found = {}
    for paragraph in paragraphs:
        name = rule_of(paragraph)
        if name is None:
            raise Mistake(f"no rule: {paragraph!r}; headings are those of the profile below")
        if name in found:
            raise Mistake(f"{name} stands twice")
        found[name] = paragraph
    return found


def lay(text, below):
    """The whole profile of what differs, `text`, and the whole one below it."""
    head, paragraphs = split(text)
    differing = by_rule(paragraphs)
    made = []
    for paragraph in split(below)[1]:
        name = rule_of(paragraph)
        if differing.get(name) == paragraph:
            raise Mistake(f"{name} is as in the profile below; leave it out")
        made.append(differing.pop(name, paragraph))
    if differing:
        raise Mistake(f"the profile below has no {', '.join(differing)}; say there first what it makes of that")
    return BELOW.sub("", head) + BEGIN + "\n\n".join(made) + "\n"


def whole_of(name, texts, above=()):
    """The whole profile `name`, on which those `above` rest."""
    below = BELOW.search(texts[name])
    if not below:
        return texts[name]
    if below[1] not in texts or below[1] in (name, *above):
        raise Mistake(f"profile {below[1]} is not among the files, or rests on this one itself")
    return lay(texts[name], whole_of(below[1], texts, (name, *above)))


def main(folder, *names):
    paths = [pathlib.Path(name) for name in names]
    texts = {path.stem: path.read_text(encoding="ascii") for path in paths}
    for path in paths:
        try:
            text = whole_of(path.stem, texts)
        except Mistake as mistake:
            sys.exit(f"{path}: {mistake}")
        (pathlib.Path(folder) / path.name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
