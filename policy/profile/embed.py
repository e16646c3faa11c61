#!/usr/bin/env python3
"""Writes the profiles into a C file, so that the built-in ones are those that people can open.

Usage: embed.py OUTPUT INPUT...
"""
import sys
from pathlib import Path


def as_array(name, text):
    # Numbers, since a string literal may be no longer than 4095 bytes in ISO C.
    lines = [f"static const char {name}[] = {{"]
    for start in range(0, len(text), 16):
        lines.append("\t" + " ".join(f"{byte}," for byte in text[start:start + 16]))
    return "\n".join(lines + ["};", ""])


def main(output, *inputs):
    files = [Path(name) for name in inputs]
    parts = ["/* Made by embed.py. */", '#include "policy/profiles.h"', ""]
    for file in files:
        text = file.read_bytes()
        if not text.isascii():
            sys.exit(f"{file}: a profile is plain ASCII")
        parts.append(as_array(file.stem, text))
    parts.append("const struct embedded_profile profiles[] = {")
    parts += [f'\t{{ "{file.stem}", {file.stem}, sizeof({file.stem}) }},' for file in files]
    parts += ["\t{ 0 },", "};", ""]
    Path(output).write_text("\n".join(parts))


main(*sys.argv[1:])
