#!/usr/bin/env python3
"""examples.py - the C that docs/adding-a-rule.md has people write compiles against the headers as they are."""

import re
import subprocess

import sources

MANUAL = "docs/adding-a-rule.md"
# What the walk adds to the intent and to setting.def on the way; any of the same type will do.
ADDED = ["-Dhostname=working_dir", "-DSETTING_HOSTNAME=SETTING_WORKDIR"]

complaints = []
rule = re.search(r"^```c\n(/\* host-names\.c .*?)^```$", sources.read(MANUAL), re.MULTILINE | re.DOTALL)
if rule:
    words = ["gcc", "-std=gnu17", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers",
             "-Iinclude", "-Ipolicy", *ADDED, "-xc", "-"]
    done = subprocess.run(words, cwd=sources.ROOT, input=rule[1], text=True, capture_output=True, check=False)
    if done.returncode:
        complaints.append(f"{MANUAL}: its rule does not compile:\n{done.stderr}")
else:
    complaints.append(f"{MANUAL} has no rule any more that begins with /* host-names.c")
sources.finish(complaints)
