"""schema.py - the policy language as a JSON Schema (draft-07), for editors and for reviews.

What a kind of key takes is a definition; keys refer to these. A rule has a definition of its own, to which its name and
its numbers refer. Numbers differ between editions: which are meant rests on `benchmark`, so `rules` is given for each
edition, and once more for where a team's own profile says which.
"""

import json
import re

# Which definition stands for a kind of key.
KINDS = {
    "VERSION": "version", "NAME": "name", "CONTACT": "contact", "EDITION": "edition", "PROFILE": "profile", "MODE": "mode", "GROUPS": "groups", "RULES": "rules", "SCOPE_LIST": "scopes", "BUILT_IN": "built-in",
    "EXCEPTIONS": "exceptions", "ACCESS": "access", "ACTION": "action", "RULE_LIST": "rule-list", "BOUNDS": "bounds", "WHEN": "when",
    "NOT": "not", "RULE": "rule-word",
    "VALUE": "word", "VALUES": "some-value", "WORDS": "some-word", "GLOBS": "word-or-some", "NAME_GLOBS": "name-glob-or-some",
    "IMAGE_GLOBS": "image-glob-or-some", "IMAGE_LIST": "some-image-glob", "TEXT": "text", "DATE": "date", "CHOICE": "choice",
    "ACCESS_RULES": "access-rules", "OPERATIONS": "operations", "ALLOWED_OPERATIONS": "allowed-operations", "OPERATION_GLOBS": "operation-or-some",
    "PATH_GLOB": "path-glob", "BOOL": "truth", "PERMISSIONS": "permissions",
}

# An absolute path as the daemon cleans it, so that it can match: /a/b, not /a/../b, /a//b or /a/.
CLEAN_PATH = r"^/$|^(/(?!\.{{1,2}}(/|$)){}+)+$"
# Images are compared in full. What stands before the first slash is a registry when it has a dot, a port or a star, or is
# localhost; before the tag and the digest nothing is in upper case.
NO_UPPER = r"^(?![^@]*[A-Z][^@]*/)(?!([^@]*/)?[^@:/]*[A-Z])"
REGISTRY = r"(localhost|[^/]*[.:*?][^/]*)"
# Which months have how many days; the loader knows which years are longer.
DAY_OF_MONTH = (r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
                r"02-(0[1-9]|[12][0-9]))")
# What a device driver or a CDI device is called: gpu, nvidia.com/gpu=all.
DEVICE_WORD = "^[A-Za-z0-9_:=-][A-Za-z0-9._:=*?-]*(/[A-Za-z0-9._:=*?/-]*=[A-Za-z0-9._:=*?/-]*)?$"
# Text that could write on the reader's terminal is none.
PLAIN_TEXT = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$"

PATTERNS = {
    "name": "^[A-Za-z0-9._-]{1,64}$",
    "contact": "^(?=.*\\S)[^\\u0000-\\u001f\\u007f]{1,200}$",
    "path-glob": CLEAN_PATH.format("[^/]"),
    "path": CLEAN_PATH.format("[^/*?]"),
    "name-glob": "^[A-Za-z0-9_.*?-]+$",  # of a container or a host
    "image-glob": r"^(sha256:|\*\*)|" + NO_UPPER + REGISTRY + "/",
    "permissions": r"^(?!.*(.).*\1)[rwm]{1,3}$",  # a letter may stand once
}
CHOICES = {
    "mode": ["enforce", "warn"],
    "action": ["deny", "warn", "off"],
    "firm-action": ["deny", "warn"],  # of a rule that cannot be switched off
    "choice": ["allow", "deny"],
}


def ref(name):
    return {"$ref": f"#/definitions/{name}"}


def word(pattern=None):
    """Words that match the pattern, any without one. YAML reads 443 and true as no strings; we do."""
    listed = re.fullmatch(r"\^\(([a-z|-]+)\)\$", pattern or "")
    if listed:  # a list, which editors can offer
        return {"enum": listed.group(1).split("|")}
    return {"type": ["string", "number", "boolean"], "pattern": pattern or PLAIN_TEXT}


def capability(known):
    """The names, which editors can offer, and any spelling of them that the engine takes."""
    names = known["capabilities"]
    spellings = ["".join(f"[{c}{c.lower()}]" if "A" <= c <= "Z" else c for c in name) for name in names]
    any_case = [{"pattern": f"^([Cc][Aa][Pp]_)?{spelling}$"} for spelling in spellings]
    return {"type": "string", "anyOf": [{"enum": names}, {"anyOf": any_case}]}


def operation(known, verbs):
    """By name, group or command, which editors can offer, or a glob whose noun is one or holds a star itself."""
    names = [op["name"] for op in known["operations"]]
    nouns = list(dict.fromkeys(name.split(".")[0] for name in names if "." in name))
    globs = [{"pattern": rf"^{noun}\.(?=.*[*?])[a-z.*?]+$"} for noun in nouns]
    globs.append({"pattern": "^[a-z]*[*?][a-z.*?]*$"})
    return {"type": "string", "anyOf": [{"enum": ["reads", "changes", "deletes", *(verb["name"] for verb in verbs), *names]}, {"anyOf": globs}]}


def words(known):
    made = {name: word(pattern) for name, pattern in PATTERNS.items()}
    made.update({name: {"enum": choices} for name, choices in CHOICES.items()})
    made.update({
        "version": {"const": 1},
        "truth": {"type": "boolean"},
        "word": word(),
        "text": word(r"\S"),
        "edition": {"enum": known["editions"]},
        "built-in": {"enum": known["profiles"]},
        "profile": {"anyOf": [{"enum": known["profiles"]}, {"type": "string", "pattern": "/"}]},
        "capability": capability(known),
        # What a command alone calls is little or nothing, so some can be allowed only.
        "operation": operation(known, [verb for verb in known["verbs"] if verb["is_for"]]),
        "allowed-operation": operation(known, known["verbs"]),
        "date": {"type": "string", "anyOf": [
            {"const": "never"}, {"pattern": f"^(19[7-9]|[2-9][0-9]{{2}})[0-9]-{DAY_OF_MONTH}$"}]},
    })
    return made


def items(known, of):
    return {"type": "array", "items": of, "uniqueItems": True, "maxItems": known["list_items_most"]}


def option_word(option):
    return ref(option["words"]) if "words" in option else word(option["pattern"])


def single_word(option):
    """A single word is not empty."""
    made = option_word(option)
    return made if "enum" in made else {**made, "minLength": 1}


def option_kind(known, option):
    if option["kind"] == "bool":
        return {"type": "boolean"}
    if option["kind"] in ("count", "size"):
        number = {"type": "integer", "minimum": option["least"], "maximum": option["most"]}
        if option["kind"] == "count":
            return number
        return {"anyOf": [number, {"type": "string", "pattern": "^[0-9]+[kKmMgGtT]?[bB]?$"}]}
    if option["kind"] == "words":
        return items(known, option_word(option))
    if option["kind"] in ("paths", "allowed-paths", "allowed-devices"):
        return items(known, ref({"paths": "path", "allowed-paths": "path-item", "allowed-devices": "device-item"}[option["kind"]]))
    if option["kind"] == "pairs":
        return {"type": "object", "additionalProperties": single_word(option)}
    return single_word(option)


def option_schema(known, option):
    made = {**option_kind(known, option), "description": option["about"]}
    if option["kind"] != "word" or option["default"]:
        made["default"] = option["default"]
    return made


def options(known, rule):
    properties = {"action": ref("firm-action" if rule["always"] else "action"), "final": ref("truth")}
    properties.update({option["name"]: option_schema(known, option) for option in rule["options"]})
    # Options of what is off would do nothing.
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1,
            "if": {"required": ["action"], "properties": {"action": {"const": "off"}}}, "then": {"maxProperties": 1}}


def rule_definition(known, rule):
    number = f"CIS Docker 1.11.0 recommendation {rule['number']}, {rule['benchmark_title']}. " if rule["number"] else ""
    return {"title": rule["title"], "description": f"{number}{rule['why']} To comply: {rule['comply']}",
            "examples": ["deny", "warn"],
            "anyOf": [ref("firm-action" if rule["always"] else "action"), options(known, rule)]}


def has_bounds(rule):
    """An exception may have options for it."""
    return rule["options"] and not rule["always"]


def bounds_of_rule(known, rule):
    """Its options alone: what becomes of a request that breaks it is no exception's to say."""
    return {"type": "object", "properties": {option["name"]: option_schema(known, option) for option in rule["options"]},
            "additionalProperties": False, "minProperties": 1}


def bounds(known):
    """Options by name, or by number in any edition."""
    properties = {}
    for rule in known["rules"]:
        names = [rule["rule"], *(rule["numbers"][edition] for edition in known["editions"])] if has_bounds(rule) else []
        for name in filter(None, dict.fromkeys(names)):
            either = properties.setdefault(name, {"anyOf": []})["anyOf"]
            either.append(ref(f"bounds-{rule['rule']}"))
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}


def rule_ref(rule):
    return ref(f"rule-{rule['rule']}")


def rules_in(known, edition):
    """`rules:` as it is read in one edition. A number is its rule once more, so one of the two stands."""
    properties, dependencies = {}, {}
    for rule in known["rules"]:
        number = rule["numbers"][edition]
        properties[rule["rule"]] = rule_ref(rule)
        if number:
            properties[number] = rule_ref(rule)
            dependencies[number] = {"properties": {rule["rule"]: False}}
    return {"type": "object", "properties": properties, "dependencies": dependencies, "additionalProperties": False}


def rules_any(known):
    """`rules:` as it may be read in any edition: a number may stand for one rule here and another there."""
    properties = {rule["rule"]: rule_ref(rule) for rule in known["rules"]}
    either = {}
    for edition in known["editions"]:
        for rule in known["rules"]:
            number = rule["numbers"][edition]
            if number and rule_ref(rule) not in either.setdefault(number, []):
                either[number].append(rule_ref(rule))
    for number, refs in either.items():
        properties[number] = refs[0] if len(refs) == 1 else {"anyOf": refs}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def rule_words(known, edition):
    made = []
    for rule in known["rules"]:
        if not rule["always"]:
            made += [rule["rule"]] + ([rule["numbers"][edition]] if rule["numbers"][edition] else [])
    return made


def rule_list(names):
    """Rules that may have exceptions. YAML takes a number without quotes for one, whatever its zeros."""
    return {"type": "array", "minItems": 1, "uniqueItems": True,
            "items": {"anyOf": [{"enum": names}, {"type": "number"}]}}


def editions(known):
    """The definitions whose names end with that of an edition are what is read in it."""
    made, any_words = {}, {}
    for edition in known["editions"]:
        names = rule_words(known, edition)
        made[f"rules-{edition}"] = rules_in(known, edition)
        made[f"rule-list-{edition}"] = rule_list(names)
        any_words.update(dict.fromkeys(names))
    made["rules"] = rules_any(known)
    made["rule-list"] = rule_list(list(any_words))
    made["rule-word"] = {"anyOf": [{"enum": list(any_words)}, {"type": "number"}]}
    return made


def key_schema(key):
    # In draft-07 what stands beside a reference is not read.
    return {"title": key["name"], "description": key["about"], "examples": [key["example"]],
            "allOf": [ref(KINDS[key["kind"]])]}


def scope(known, name):
    keys = known["keys_of"][name]
    return {"type": "object", "properties": {key["name"]: key_schema(key) for key in keys},
            "required": [key["name"] for key in keys if key["required"]], "additionalProperties": False}


def given(key, **what):
    return {"required": [key], "properties": {key: what}}


def listed(name, least):
    return {"type": "array", "minItems": least, "items": ref(name)}


def scopes(known):
    made = {
        "path-item": {"anyOf": [ref("path-glob"), scope(known, "PATH_ITEM")]},
        "device-item": {"anyOf": [ref("path-glob"), {"type": "string", "pattern": DEVICE_WORD}, scope(known, "DEVICE_ITEM")]},
        "value": {"anyOf": [ref("word"), scope(known, "VALUE_ITEM")]},
        "some-value": listed("value", 1),
        "when": {**scope(known, "WHEN"), "minProperties": 1},
        "not": {**scope(known, "NOT"), "minProperties": 1},
        # Without either it would change nothing.
        "scope": {**scope(known, "SCOPE"), "anyOf": [{"required": ["rules"]}, {"required": ["profile"]}]},
        "scopes": listed("scope", 0),
        "exception": {**scope(known, "EXCEPTION"), "anyOf": [{"required": ["rules"]}, {"required": ["options"]}],
                      "dependencies": {"values": ["rules"]}},
        "bounds": bounds(known),
        "access-rule": {**scope(known, "ACCESS_RULE"), "anyOf": [given("allow", minItems=1), given("deny", minItems=1)]},
        # Without either it would refuse nobody.
        "access": {**scope(known, "ACCESS"), "anyOf": [given("default", const="deny"), given("rules", minItems=1)]},
        # A group has no groups in it.
        "groups": {"type": "object", "propertyNames": {"pattern": PATTERNS["name"]}, "additionalProperties": {
            "type": "array", "minItems": 1, "items": {"allOf": [ref("word"), {"not": {"type": "string", "pattern": "^@"}}]}}},
        "exceptions": listed("exception", 0),
        "access-rules": listed("access-rule", 0),
        "operations": listed("operation", 0),
        "allowed-operations": listed("allowed-operation", 0),
    }
    # A list of one or more, and one without brackets too.
    for name in ("word", "name-glob", "image-glob", "operation"):
        made[f"some-{name}"] = listed(name, 1)
        made[f"{name}-or-some"] = {"anyOf": [ref(name), ref(f"some-{name}")]}
    return made


def read_in(edition):
    """Numbers, wherever they stand, are read in that edition."""
    return {"properties": {"rules": ref(f"rules-{edition}"),
                           "scopes": {"items": {"properties": {"rules": ref(f"rules-{edition}")}}},
                           "exceptions": {"items": {"properties": {"rules": ref(f"rule-list-{edition}")}}}}}


def edition_choice(known):
    """`benchmark` says in which edition numbers are read, else the profile where that is a file, else it is the first."""
    choices = [{"if": given("benchmark", const=edition), "then": read_in(edition)} for edition in known["editions"]]
    choices.append({"if": {"anyOf": [{"required": ["benchmark"]}, given("profile", pattern="/")]},
                    "then": {}, "else": read_in(known["editions"][0])})
    return {"allOf": choices}


def access_of_off(spelling):
    """`access` of a rule that is off would refuse nobody."""
    off = [{"const": "off"}, {"type": "object", **given("action", const="off")}]
    return {"if": {"required": ["rules"], "properties": {"rules": given(spelling, anyOf=off)}},
            "then": {"properties": {"access": False}}}


def json_schema(known):
    definitions = words(known)
    definitions.update({f"rule-{rule['rule']}": rule_definition(known, rule) for rule in known["rules"]})
    definitions.update({f"bounds-{rule['rule']}": bounds_of_rule(known, rule) for rule in known["rules"] if has_bounds(rule)})
    definitions.update(editions(known))
    definitions.update(scopes(known))
    root = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cis-authz policy",
        "description": "What a Docker daemon's callers may do. cis-authz-policy(5) has it in words; `cis-authz check` is the "
                       "judge of a policy.",
        "$comment": "Made by scripts/generate.",
        **scope(known, "POLICY"),
        "type": ["object", "null"],  # an empty file is baseline
        "allOf": [edition_choice(known), access_of_off("trusted-users")],
        "definitions": definitions,
    }
    return json.dumps(root, indent=2) + "\n"
