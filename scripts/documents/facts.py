"""facts.py - what the program knows of itself."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def ask(program):
    """The rules' and recommendations' records, and the tables of commands, keys and words, in one mapping."""
    known = run(program, "rules", "--format", "json")
    known.update(run(program, "help", "--dump"))
    known["keys_of"] = {}
    for key in known["keys"]:
        known["keys_of"].setdefault(key["scope"], []).append(key)
    return known


def run(program, *words):
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")
