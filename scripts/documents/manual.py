"""manual.py - cis-authz(8), from docs/man/cis-authz.8.in and the table of commands."""

from . import facts, roff


def synopsis(known):
    lines = [f"\\fBcis\\-authz {c['name']}\\fR {roff.text(c['operands'])}\n" for c in known["commands"]]
    return ".SH SYNOPSIS\n" + ".br\n".join(lines)


def option(one):
    return (f".TP\n\\fB\\-\\-{roff.text(one['name'])}\\fR {roff.text(one['value'])}\n"
            + roff.line("", one["about"]))


def command(one):
    statuses = ", ".join(f"{s['number']} {roff.text(s['when'])}" for s in one["statuses"])
    return (f".SS cis\\-authz {one['name']} {roff.text(one['operands'])}\n" + roff.line("", one["about"])
            + "".join(option(o) for o in one["options"]) + f".PP\nExit status: {statuses}.\n")


def examples(known):
    made = ""
    for one in known["commands"]:
        for e in one["examples"]:
            made += roff.line(".PP\n", e["purpose"]) + roff.example([e["line"]])
    return made


def man(known):
    places = {
        "commands": lambda: "".join(command(c) for c in known["commands"]),
        "examples": lambda: examples(known),
    }
    return (roff.head("cis-authz", 8, "decides by the CIS Docker Benchmark what Docker may do") + synopsis(known)
            + roff.page(facts.text_of("docs/man/cis-authz.8.in"), places))
