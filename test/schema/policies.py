"""policies.py - policies as a language server of YAML 1.2 reads them, and where the tree has some.

PyYAML reads YAML 1.1, where `off` is false, 5.10 a number like 5.1 and 2027-03-31 a date. Editors read the core
schema of YAML 1.2, in which all but the number are words, and their keys are text; so this loader says for itself
what a scalar without quotes is.
"""

import json
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


class CoreLoader(yaml.SafeLoader):  # pylint: disable=too-many-ancestors
    """The core schema of YAML 1.2 (section 10.3.2), with keys that stand twice refused as editors do."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        pairs = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
            if key_node.value in pairs:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key_node.start_mark)
            pairs[key_node.value] = self.construct_object(value_node, deep=True)
        return pairs




CORE = [
    ("tag:yaml.org,2002:null", r"^(null|Null|NULL|~|)$", list("nN~") + [""], lambda text: None),
    ("tag:yaml.org,2002:bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF"), lambda text: text[0] in "tT"),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", list("-+0123456789"), int),
    ("tag:yaml.org,2002:int#octal", r"^0o[0-7]+$", ["0"], lambda text: int(text[2:], 8)),
    ("tag:yaml.org,2002:int#hexadecimal", r"^0x[0-9a-fA-F]+$", ["0"], lambda text: int(text[2:], 16)),
    ("tag:yaml.org,2002:float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", list("-+.0123456789"), float),
]
for tag, pattern, first, convert in CORE:
    CoreLoader.add_implicit_resolver(tag, re.compile(pattern), first)
    CoreLoader.add_constructor(tag, lambda loader, node, convert=convert: convert(node.value))
CoreLoader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))


def load(text):
    """A policy's text or bytes as an editor's values; raises yaml.YAMLError or UnicodeError when it is no YAML."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    return yaml.load(text, Loader=CoreLoader)


def good():
    """Name and text of every policy of the tree that `check` must accept."""
    for folder in ("policy/profile", "docs/profile", "policy/examples", "packaging"):
        for path in sorted((ROOT / folder).glob("*.yaml")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for folder in ("test/cases", "test/examples"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            policy = (yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or {}).get("policy")
            if policy is not None:
                yield str(path.relative_to(ROOT)), policy.replace("${TMP}", "/tmp/case")
    page = (ROOT / "docs/man/cis-authz-policy.5").read_text(encoding="utf-8")
    for number, example in enumerate(manual_examples(page), 1):
        yield f"docs/man/cis-authz-policy.5, example {number}", example
    for path in sorted((ROOT / "docs").glob("*.md")):
        for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```$", path.read_text(encoding="utf-8"),
                                                  re.MULTILINE | re.DOTALL), 1):
            if re.search(r"^version:", block, re.MULTILINE):
                yield f"docs/{path.name}, block {number}", block


def manual_examples(page):
    """The examples of a page of ours, as man shows them."""
    for block in re.findall(r"^\.EX\n(.*?)^\.EE$", page, re.MULTILINE | re.DOTALL):
        text = re.sub(r"\\f[BR]", "", block)
        yield re.sub(r"^\\&", "", text.replace("\\-", "-").replace("\\e", "\\"), flags=re.MULTILINE)


def bad():
    """Name and bytes of every policy that `check` must refuse."""
    for path in sorted((ROOT / "test/bad-policies").glob("*/policy.yaml")):
        yield path.parent.name, path.read_bytes()


def schema():
    return json.loads((ROOT / "docs/cis-authz-policy.schema.json").read_text(encoding="utf-8"))
