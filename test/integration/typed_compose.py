#!/usr/bin/env python3
"""typed_compose.py SERVICE - the same as typed.py for a service of a compose file, given as YAML in braces.

The service `web` must be denied; what the denial's `try:` says is made of it to the letter, and `docker-compose up` is run
again. Prints the second service, and what was said of it where that failed.
"""

import json
import os
import pathlib
import sys

import typed
import yaml

FILE = pathlib.Path(os.environ["PRIVATE"], "compose", "docker-compose.yml")


def up(service):
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({"version": "2.4", "services": {"web": service}}), encoding="utf-8")
    return typed.run(["docker-compose", "--ansi", "never", "--file", str(FILE), "up", "--no-start"])


def part(text, lead, end):
    """What is behind a word, up to another, as a mapping."""
    begin = text.find(f"{lead} ")
    if begin < 0:
        return {}
    text = text[begin + len(lead) + 1:]
    return yaml.safe_load("{" + (text.split(end)[0] if end else text) + "}")


def place(service, key):
    """The mapping that a key with dots stands in, and its last part."""
    *outer, last = key.split(".")
    for name in outer:
        service = service.setdefault(name, {})
    return service, last


def begins(item, value):
    """To Docker seccomp:unconfined is seccomp=unconfined."""
    return str(item).replace(":", "=").startswith(str(value).replace(":", "="))


def drop(service, key, value):
    within, key = place(service, key)
    if isinstance(value, list):
        within[key] = [item for item in within.get(key, []) if not any(begins(item, v) for v in value)]
    elif isinstance(value, dict):
        within[key] = {name: item for name, item in within.get(key, {}).items() if name not in value}
    else:
        within.pop(key, None)


def give(service, key, value):
    within, key = place(service, key)
    if isinstance(value, list):
        within[key] = [*within.get(key, []), *value]
    elif isinstance(value, dict):
        within[key] = {**within.get(key, {}), **value}
    else:
        within[key] = value


def main():
    service = {"image": "bb", **yaml.safe_load(sys.argv[1])}
    said, _ = up(service)
    text = typed.way_out(said) if typed.DENIED in said else None
    if text is None or not text.startswith("compose file with"):
        print(f"nothing to try in the file: {said}")
        return 1
    for key, value in part(text, " without", "; with ").items():
        drop(service, key, value)
    for key, value in part(text, "; with" if "; with " in text else "file with", None).items():
        give(service, key, value)
    print(json.dumps({key: value for key, value in service.items() if key != "image" and value not in ([], {})}))
    said, status = up(service)
    if status != 0:
        print(said, end="")
    typed.run(["docker-compose", "--file", str(FILE), "down"])
    return status


if __name__ == "__main__":
    sys.exit(main())
