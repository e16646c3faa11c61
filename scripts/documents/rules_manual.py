"""rules_manual.py - every recommendation of the benchmark and every rule, as docs/rules.md and cis-authz-rules(7)."""

import re

from . import roff

INTRODUCTION = ("Every recommendation of the CIS Docker 1.11.0 Benchmark and every rule beyond it. A policy names a rule by its "
                "name, or by its number in that edition, or in a later one that it says with `benchmark`: 1.7.0 numbers "
                "as 1.6.0 does. The titles in the table are the benchmark's own; `h` is its profile \"Linux Host OS\", all "
                "others are of \"Docker\". "
                "`cis-authz explain NAME` prints what stands here of one.")
COVERED = {"posture": "fact about the host", "guarded": "guarded by sensitive-mounts", "procedure": "procedure"}
KINDS = {
    "bool": "`true` or `false`",
    "count": "a number",
    "words": "a list of words",
    "paths": "a list of absolute paths",
    "allowed-paths": "a list of paths, which may be globs, or `{ path: PATH, read_only: true }`",
    "allowed-devices": "a list of devices, which may be globs, or `{ path: PATH, permissions: rw }`",
    "size": "a size such as `64m` or `4g`",
    "word": "a word",
    "pairs": "a mapping of names to values",
}


def level(one):
    if not one["level"]:
        return ""
    host = " h" if one["benchmark_profile"] == "Linux Host OS" else ""
    return f"{one['level']}{host}, {'scored' if one['scored'] else 'not scored'}"


def rows(known):
    """Number, numbers of 1.6.0 and 1.8.0, name, level, how covered, title: in the order of the benchmark, then the rest."""
    made = []
    for rule in known["rules"]:
        made.append((rule["number"], rule["numbers"]["cis-docker-1.6.0"], rule["numbers"]["cis-docker-1.8.0"],
                     rule["rule"], level(rule), "judged on request", rule["benchmark_title"] or rule["title"]))
    for one in known["recommendations"]:
        made.append((one["number"], None, None, one["name"], level(one), COVERED[one["covered"]], one["title"]))
    numbered = [row for row in made if row[0]]
    numbered.sort(key=lambda row: [int(part) for part in row[0].split(".")])
    return numbered + [row for row in made if not row[0]]


def in_code(words):
    return ", ".join(f"`{word}`" for word in words) if words else "none"


def default(option):
    value = option["default"]
    if option["kind"] == "bool":
        return "`true`" if value else "`false`"
    if option["kind"] in ("count", "size"):
        return f"`{value}`"
    if option["kind"] in ("words", "paths"):
        return in_code(value)
    if option["kind"] == "word":
        return f"`{value}`" if value else "none"
    if option["kind"] == "pairs":
        return in_code(f"{name}: {word}" for name, word in value.items()) if value else "none"
    return in_code([item["path"] for item in value])


def kind(option):
    limits = f" from {option['least']} to {option['most']}" if "least" in option else ""
    return KINDS[option["kind"]] + limits


def exception(rule):
    if rule["always"]:
        return "none can be made"
    values = f"may name values, such as `values: [\"{rule['example_value']}\"]`"
    if not rule["example_value"]:
        values = "for the rule as a whole; it has no value to name"
    return values + ("; or gives it other settings, under `options`" if rule["options"] else "")


def later_numbers(rule):
    """Where later editions have it, as far as that is another number."""
    numbers = rule["numbers"]
    older, newest = numbers["cis-docker-1.6.0"], numbers["cis-docker-1.8.0"]
    if older == newest:
        return f" CIS Docker 1.6.0, 1.7.0 and 1.8.0: {older}." if older and older != rule["number"] else ""
    return f" CIS Docker 1.6.0 and 1.7.0: {older}; 1.8.0: {newest}."


def summary(rule):
    made = f"{rule['title']}."
    if rule["number"]:
        made += (f" CIS Docker 1.11.0 recommendation {rule['number']}, \"{rule['benchmark_title']}\", level {rule['level']} - "
                 f"{rule['benchmark_profile']}, {'' if rule['scored'] else 'not '}scored.")
    made += later_numbers(rule)
    if rule["nist"]:
        made += f" NIST SP 800-190 section {rule['nist']}."
    return made


def items(rule):
    """Label and text of each."""
    yield "reads", rule["reads"]
    if rule["broken_by"]:
        yield "broken by", rule["broken_by"]
    yield "to comply", rule["comply"]
    yield "profiles", ", ".join(f"{name} {action}" for name, action in rule["profiles"].items())
    for option in rule["options"]:
        yield f"setting {option['name']}", f"{option['about']}; {kind(option)}; by default {default(option)}"
    yield "an exception", exception(rule)


def markdown_text(words):
    """Escapes what Markdown would take for its own. Within backquotes only a table's bar is."""
    code = False
    made = ""
    for c in words:
        if c == "`":
            code = not code
        made += f"\\{c}" if c == "|" or (not code and c in "*<>") else c
    return made


def markdown(known):
    made = f"# Rules\n\n<!-- Made by scripts/generate. -->\n\n{markdown_text(INTRODUCTION)}\n\n"
    made += "## Recommendations and rules\n\n| 1.11.0 | 1.6.0 | 1.8.0 | name | level | covered | title |\n"
    made += "| --- | --- | --- | --- | --- | --- | --- |\n"
    for row in rows(known):
        *short, title = [word or "" for word in row]
        made += re.sub("  +", "  ", f"| {' | '.join(short)} | {markdown_text(title)} |\n")
    made += "## Rules\n\n"
    for rule in known["rules"]:
        made += f"\n## {rule['rule']}\n\n{markdown_text(summary(rule))}\n\n{markdown_text(rule['why'])}\n\n"
        made += "".join(f"- **{label}**: {markdown_text(words)}\n" for label, words in items(rule))
    return made


def man(known):
    made = roff.head("cis-authz-rules", 7, "the rules of cis-authz, one by one") + ".SH DESCRIPTION\n"
    made += roff.line("", INTRODUCTION) + roff.line(".SH ", "Recommendations and rules")
    # A table as wide as this one fits no terminal: here it is a list.
    for number, _, _, name, its_level, covered, title in rows(known):
        made += ".TP\n" + (f"\\fB{number}\\fR " if number else "") + roff.line("", name) + roff.text(title)
        made += (f" (level {its_level})" if its_level else "") + roff.line("; ", covered)
    made += roff.line(".SH ", "Rules")
    for rule in known["rules"]:
        made += roff.line(".SS ", rule["rule"]) + roff.line(".PP\n", summary(rule)) + roff.line(".PP\n", rule["why"])
        made += "".join(roff.item(label, words) for label, words in items(rule))
    return made
