#!/usr/bin/env python3
"""A row in a table has what belongs to it: a rule its file and every kind of case, a command its file and options, an
allowed system call its place in docs/hardening.md.

The cases of a rule are test/cases/RULE/KIND-*.yaml. Every rule has the kinds below, and those with a number
among their settings `limit` too: both sides of it. Where a kind makes no sense for a rule, a file `kinds` in its
folder lists the kinds that do, on its first line, and says why on the next ones. test/cases/attacks is no rule: its
cases are the known ways around a plugin, by number; nor are test/cases/exceptions, scopes and
messages.
"""

import re

import sources

KINDS = ["allow", "deny", "absent", "null", "evade"]
ALL_KINDS = KINDS + ["limit"]


def kinds_wanted(folder, source, complain):
    wanted = KINDS + (["limit"] if "PARAM_COUNT" in source else [])
    exception = folder / "kinds"
    if not exception.is_file():
        return wanted
    first, _, reason = exception.read_text(encoding="utf-8").partition("\n")
    if not reason.strip():
        complain(f"{folder.name}/kinds gives no reason")
    if not set(first.split()) <= set(ALL_KINDS):
        complain(f"{folder.name}/kinds knows only {', '.join(ALL_KINDS)}")
    return first.split()


def check_rule(row, complain):
    name = row.replace("_", "-")
    source = sources.ROOT / "policy/rule" / f"{name}.c"
    folder = sources.ROOT / "test/cases" / name
    if not source.is_file():
        complain(f"rules.def: {row} has no policy/rule/{name}.c")
        return
    cases = [path.name for path in folder.glob("*.yaml")]
    for kind in kinds_wanted(folder, source.read_text(encoding="utf-8"), complain):
        if not any(case.startswith(kind + "-") for case in cases):
            complain(f"test/cases/{name} has no case of the kind `{kind}` ({kind}-*.yaml)")
    for case in sorted(cases):
        if case.split("-")[0] not in ALL_KINDS:
            complain(f"test/cases/{name}/{case}: a case's name begins with its kind: {', '.join(ALL_KINDS)}")


def check_command(command, complain):
    # One that is large has a room of its own.
    room = f"plugin/{command}" if (sources.ROOT / f"plugin/{command}").is_dir() else "plugin/cmd"
    path = f"{room}/{command}.c"
    if not (sources.ROOT / path).is_file():
        complain(f"commands.def: {command} has no {path}")
        return
    table = sources.read("plugin/cmd/commands.def")
    # A command with many options reads them in a file of their own.
    options = f"{room}/{command}-options.c"
    options = options if (sources.ROOT / options).is_file() else path
    named = set(re.findall(r'"(?:--)?([a-z-]+)"', sources.read(options)))
    rows = re.findall(rf'^OPTION\({command}, "([a-z-]+)", "\w*", ("?)', table, re.MULTILINE)
    for name, _ in rows:
        # The last option of a command without a name of its own is what is left.
        if name not in named and len(rows) > 1:
            complain(f"--{name}: {options} does not name it")
    for kind in ("STATUS", "EXAMPLE"):
        if not re.search(rf"^{kind}\({command},", table, re.MULTILINE):
            complain(f"commands.def: {command} has no {kind} row")


complaints = []
rules = sources.rows("include/policy/rules.def", "RULE")
for rule in rules:
    check_rule(rule, complaints.append)
for folder in sorted((sources.ROOT / "test/cases").glob("*/")):
    if folder.name not in ("attacks", "exceptions", "messages", "scopes") and folder.name.replace("-", "_") not in rules:
        complaints.append(f"test/cases/{folder.name} is no rule of rules.def")
for path in sorted((sources.ROOT / "policy/rule").glob("*.c")):
    if path.stem.replace("-", "_") not in rules:
        complaints.append(f"policy/rule/{path.name} has no row in rules.def")

# A hint names rules and keys that there are, for words that are none.
hints = re.findall(r'HINT\("([^"]+)", "([^"]+)",\s+"((?:\\.|[^"\\])*)"\)', sources.read("policy/hint/hint.def"))
key_rows = re.findall(r"^KEY\((\w+), (\w+),", sources.read("include/policy/key.def"), re.MULTILINE)
hyphened = {rule.replace("_", "-") for rule in rules}
verbs = set(re.findall(r'^VERB\("(\w+)"', sources.read("include/policy/verb.def"), re.MULTILINE))
operations = set(re.findall(r'^OP\(\w+, "([\w.]+)"', sources.read("include/policy/op.def"), re.MULTILINE)) | verbs
nouns = {operation.partition(".")[0] + ".*" for operation in operations}
known = (hyphened | operations | nouns | {key for _, key in key_rows}
         | {"warn", "allow", "deny", "reads", "changes", "*", "@NAME", "#"})
scopes = {"a policy": "POLICY", "a scope": "SCOPE", "an exception": "EXCEPTION", "`when`": "WHEN", "`access`": "ACCESS",
          "a rule of `access`": "ACCESS_RULE", "an option": "SETTING"}
for owner, words, text in hints:
    taken = {key for scope, key in key_rows if scope == scopes.get(owner)}
    taken |= {"a rule": hyphened, "an operation": operations}.get(owner, set())
    for word in words.split():
        if word in taken or (owner == "a rule" and word.replace("_", "-") in taken):
            complaints.append(f"hint.def: {word} is {owner}'s own word")
    for word in re.findall(r"`([^`]+)`", text):
        if word.partition(":")[0] not in known:
            complaints.append(f"hint.def: there is no `{word}`")
if not hints:
    complaints.append("hint.def: no row can be read")

for name in sources.rows("plugin/cmd/commands.def", "COMMAND"):
    check_command(name, complaints.append)

# What the build needs is listed for people and for Debian.
needed = re.search(r"^\tbuild\)(.*?);;$", sources.read("scripts/need-packages"), re.DOTALL | re.MULTILINE).group(1)
declared = sources.read("packaging/debian/control").partition("\nPackage:")[0]
for package in re.findall(r"\b[\w-]+-dev\b", needed):
    if not re.search(rf"^ {package}\b", declared, re.MULTILINE):
        complaints.append(f"packaging/debian/control: {package} of scripts/need-packages is not in Build-Depends")

# What stands behind the last condition is in no build that anybody runs.
service, helper = sources.read("docs/hardening.md").split("\n## The helper\n")
for table, text in ("syscalls.def", service), ("syscalls-look.def", helper):
    calls = sources.read(f"plugin/confine/{table}").partition("#if SANITIZED")[0]
    for call in re.findall(r"^CALL(?:_IF)?\((\w+)", calls, re.MULTILINE):
        if f"`{call}`" not in text:
            complaints.append(f"docs/hardening.md does not name the system call {call}, which {table} allows")

# What is tried against the confinement, and how each attempt ends, as people read it: a row for each group.
WAYS = {"ENDS": 0, "REFUSED": 1, "KEPT": 1}
for group in re.split(r"^/\*", sources.read("test/confine/attempts.def"), flags=re.MULTILINE)[2:]:
    cells = ["", ""]
    for end, words in re.findall(r'^ATTEMPT\((\w+), "([^"]+)"', group, re.MULTILINE):
        cells[WAYS[end]] += ("; " if cells[WAYS[end]] else "") + words
    row = f"| {group.partition('.')[0].strip()} | {cells[0]} | {cells[1]} |"
    if row not in service:
        complaints.append(f"docs/hardening.md lacks this row, by test/confine/attempts.def:\n{row}")

sources.finish(complaints)
