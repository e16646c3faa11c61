"""policy_manual.py - cis-authz-policy(5), from docs/man/cis-authz-policy.5.in and the table of keys."""

from . import facts, roff


def fact(label, words):
    """A line of its own within the item."""
    return f".br\n{label}: {roff.text(words)}.\n"


def key(one):
    made = f".TP\n\\fB{roff.text(one['name'])}\\fR{' (required)' if one['required'] else ''}\n"
    made += roff.line("", one["about"]) + fact("Accepted", one["accepted"])
    if one["default"]:
        made += fact("Default", one["default"])
    return made + f".br\nExample: \\fB{roff.text(one['name'])}: {roff.text(one['example'])}\\fR\n"


def operations(known, changes):
    names = [roff.text(op["name"]) for op in known["operations"] if op["changes"] == changes]
    return ".PP\n" + ",\n".join(names) + ".\n"


def verb(one):
    """What a policy may write for several operations at once."""
    beside = ", ".join(name for name in one["calls"] if name not in one["is_for"])
    words = f"{', '.join(one['is_for'])}; under `allow` also {beside}" if one["is_for"] else f"Under `allow` alone: {beside}"
    return f".TP\n\\fB{roff.text(one['name'])}\\fR ({roff.text(one['command'])})\n{roff.text(words)}.\n"


def man(known):
    places = {
        "keys": lambda scope: "".join(key(one) for one in known["keys_of"][scope]),
        "reads": lambda: operations(known, False),
        "changes": lambda: operations(known, True),
        "verbs": lambda: "".join(verb(one) for one in known["verbs"]),
    }
    return (roff.head("cis-authz-policy", 5, "what a Docker daemon's callers may do")
            + roff.page(facts.text_of("docs/man/cis-authz-policy.5.in"), places))
