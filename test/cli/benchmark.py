#!/usr/bin/env python3
"""benchmark.py PROGRAM FACTS - `rules --format json` has the benchmark's 83 recommendations, each as the benchmark has it.

FACTS is test/data/benchmark.tsv. `explain` knows each by its number, however that was copied, and prints its title, level
and profile.
"""

import json
import pathlib
import re
import subprocess
import sys

PROGRAM, FACTS = sys.argv[1:]
WIDTH = 80
complaints = []


def run(*words):
    return subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def expect(what, came, wanted):
    if came != wanted:
        complaints.append(f"{what}: {came!r}, not {wanted!r}")


def facts():
    for line in pathlib.Path(FACTS).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            number, level, profile, scored, title = line.split("\t")
            yield number, (int(level), profile, scored == "scored", title)


def fact(one):
    return one["level"], one["benchmark_profile"], one["scored"], one["benchmark_title"]


def narrow(what, text):
    """Code to be copied may be wider than a terminal; prose may not."""
    for line in text.splitlines():
        if len(line) > WIDTH and not line.startswith("    "):
            complaints.append(f"{what} is wider than a terminal: {line}")


known = json.loads(run("rules", "--format", "json").stdout)
all_of_it = dict(facts())
said = {one["number"]: one for one in known["rules"] + known["recommendations"] if one["number"]}

expect("how many there are", len(all_of_it), 83)
expect("numbers", sorted(said), sorted(all_of_it))
expect("benchmark", known["benchmark"], "cis-docker-1.11.0")
for number, wanted in all_of_it.items():
    level, profile, scored, title = wanted
    one = said[number]
    expect(number, fact(one), wanted)
    expect(f"{number}'s numbers", one["numbers"]["cis-docker-1.11.0"], number)
    explained = run("explain", number)
    expect(f"explain {number}", explained.returncode, 0)
    plain = re.sub(r"\s+", " ", explained.stdout)
    for words in (f"Benchmark {number}: {title}", f"Level {level} - {profile}, {'scored' if scored else 'not scored'}"):
        if words not in plain:
            complaints.append(f"explain {number} does not say: {words}")
    narrow(f"explain {number}", explained.stdout)

# What is of our own is no recommendation.
for one in known["rules"]:
    if not one["number"]:
        expect(one["rule"], (one["level"], one["benchmark_profile"], one["scored"], one["benchmark_title"]), (None,) * 4)
    narrow(f"explain {one['rule']}", run("explain", one["rule"]).stdout)
expect("explain 5.4.", run("explain", "5.4.").stdout, run("explain", "5.4").stdout)
# Edition 1.8.0 asks the daemon for one thing more (2.7); in section 5 it numbers as 1.6.0 does.
for rule, number in {"tls-authentication": "2.8", "base-device-size": "2.12", "log-driver": "2.14", "privileged": "5.5",
                     "docker-socket": "5.32", "container-user": "4.1"}.items():
    numbers = {one["rule"]: one["numbers"] for one in known["rules"]}[rule]
    expect(f"{rule} in 1.8.0", numbers["cis-docker-1.8.0"], number)

for command in ("serve", "check", "eval", "rules", "explain", "help"):
    expect(f"{command} -h", run(command, "-h").stdout, run(command, "--help").stdout)
    narrow(f"{command} --help", run(command, "--help").stdout)
expect("-h", run("-h").stdout, run("--help").stdout)
narrow("--help", run("--help").stdout)
if f"Engine API up to version {known['api']};" not in run("rules").stdout:
    complaints.append("`rules` does not say which API the program knows")
print("\n".join(complaints))
sys.exit(1 if complaints else 0)
