#!/usr/bin/env python3
"""schema.py PROGRAM - the JSON Schema of policies agrees with the program, as far as a schema can.

It takes every policy that the program takes, and refuses every bad one but those that the file `check-alone` names,
each with the reason why no schema can tell. A bad policy that editors refuse as YAML is refused.
"""

import json
import subprocess
import sys

import jsonschema
import policies
import yaml

PROGRAM = sys.argv[1]
complaints = []


def rows():
    out = subprocess.run([PROGRAM, "rules", "--format", "json"], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(out)["rules"]


def operations():
    out = subprocess.run([PROGRAM, "rules", "--operations", "--format", "json"], stdout=subprocess.PIPE, check=True)
    return [row["operation"] for row in json.loads(out.stdout)]


def accepts(validator, text):
    try:
        return validator.is_valid(policies.load(text))
    except (yaml.YAMLError, UnicodeError):
        return False


def check_good(validator):
    for name, text in policies.good():
        try:
            error = jsonschema.exceptions.best_match(validator.iter_errors(policies.load(text)))
        except yaml.YAMLError as problem:
            error = problem
        if error:
            complaints.append(f"{name}: a good policy, but the schema says: {error}")


def read_alone():
    alone = {}
    for line in (policies.ROOT / "test/schema/check-alone").read_text(encoding="utf-8").splitlines():
        name, _, reason = line.partition(" ")
        if line.startswith("#"):
            continue
        if not reason.strip():
            complaints.append(f"check-alone: {name} gives no reason")
        alone[name] = reason
    return alone


def check_bad(validator):
    alone = read_alone()
    for name, text in policies.bad():
        accepted = accepts(validator, text)
        if accepted and name not in alone:
            complaints.append(f"bad-policies/{name}: the schema accepts it; refuse it, or say in check-alone why not")
        elif not accepted and name in alone:
            complaints.append(f"bad-policies/{name}: the schema refuses it now; take it out of check-alone")
        alone.pop(name, None)
    complaints.extend(f"check-alone: there is no bad policy {name}" for name in alone)


def offered(schema, node):
    """Every word of an enumeration that an editor would offer at `node`."""
    if "$ref" in node:
        return offered(schema, schema["definitions"][node["$ref"].rsplit("/", 1)[1]])
    words = set(node.get("enum", []))
    for part in node.get("anyOf", []) + node.get("allOf", []):
        words |= offered(schema, part)
    return words


def check_completion(schema):
    rules = schema["definitions"]["rules"]["properties"]
    for row in rows():
        for word in (row["rule"], row["number"], row.get("later")):
            if word and word not in rules:
                complaints.append(f"the schema does not offer {word} among the rules")
        definition = schema["definitions"][f"rule-{row['rule']}"]
        if definition["title"] != row["title"] or not definition["description"]:
            complaints.append(f"the schema does not say what {row['rule']} is")
    words = offered(schema, schema["definitions"]["operation"])
    complaints.extend(f"the schema does not offer the operation {name}" for name in operations() if name not in words)
    known = ["version", "name", "contact", "benchmark", "profile", "mode", "groups", "rules", "scopes", "exceptions", "access"]
    if list(schema["properties"]) != known:
        complaints.append(f"the keys of a policy are {list(schema['properties'])}")


def check_closed(node, where):
    """No mapping takes keys that it does not name, but for those whose keys are names of things."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "additionalProperties" not in node:
            complaints.append(f"the schema takes any key at {where}")
        for key, value in node.items():
            if key != "if":  # a question, not a demand
                check_closed(value, f"{where}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            check_closed(value, f"{where}/{number}")


def check_examples(schema):
    """What editors offer behind a key is something that may stand there."""
    for scope in [schema, *schema["definitions"].values()]:
        for key, value in scope.get("properties", {}).items():
            for example in value.get("examples", []) if isinstance(value, dict) else []:
                part = {"definitions": schema["definitions"], "allOf": [value]}
                if not jsonschema.Draft7Validator(part).is_valid(policies.load(example)):
                    complaints.append(f"the example of `{key}` is refused: {example}")


SCHEMA = policies.schema()
jsonschema.Draft7Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
check_good(VALIDATOR)
check_bad(VALIDATOR)
check_completion(SCHEMA)
check_closed(SCHEMA, "")
check_examples(SCHEMA)
for complaint in complaints:
    print(complaint)
sys.exit(1 if complaints else 0)
