#!/usr/bin/env python3
"""Who may include whom. A room knows those that its row lists, never those that know it.

docs/architecture.md has a sentence for each room. Headers that cross from policy to plugin are in include/policy; what
lies beside its .c is private to its side of that line.
"""

import fnmatch
import os
import pathlib
import re

import sources

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
WHERE = ["include", "plugin", "policy"]
NOUNS_MOST = 12  # a .c with its .h and .def is one

BASE = "include/base"
POLICY = "include/policy"
# What a request is, as far as a decoder is concerned.
INTENT = [f"{POLICY}/{name}" for name in ("command.h", "field.h", "intent.h", "op.def", "op.h", "reading.h")]

# Room, and what it may include besides its own files: rooms, or single files.
ROOMS = {
    "base": [BASE],
    BASE: [],
    POLICY: [BASE],
    "policy/kit": [BASE, POLICY],
    "policy/when": [BASE, POLICY, "policy/kit"],
    "policy/rule": [BASE, POLICY, "policy/kit", "policy/when/access.h", "policy/when/value.h"],
    "policy": [BASE, POLICY, "policy/kit", "policy/when"],
    "policy/hint": [BASE, f"{POLICY}/rules.def"],
    "policy/yaml": [BASE, "policy/hint"],
    "policy/source": [BASE, POLICY, "policy/yaml"],
    "policy/load": [BASE, POLICY, "policy/kit", "policy/when", "policy/hint", "policy/yaml", "policy/source", "policy"],
    "policy/load/exception": [BASE, POLICY, "policy/kit", "policy/when", "policy/hint", "policy/yaml", "policy", "policy/load"],
    "plugin/json": [BASE, f"{POLICY}/field.h", f"{POLICY}/reading.h"],
    "plugin/docker": [BASE, *INTENT, "plugin/json"],
    "plugin/docker/spelling": [BASE, *INTENT, f"{POLICY}/object-id.h", "plugin/json", "plugin/docker"],
    "plugin/docker/object": [BASE, *INTENT, f"{POLICY}/object-id.h", "plugin/json", "plugin/docker", "plugin/docker/spelling"],
    "plugin/redact": [BASE, POLICY, "plugin/json", "plugin/docker/spelling/changes.h",
                      "plugin/docker/spelling/template.h"],
    "plugin/authz": [BASE, POLICY, "plugin/json", "plugin/docker", "plugin/redact", "plugin/look"],
    "plugin/log": [BASE, POLICY, "plugin/authz", "plugin/redact"],
    "plugin/capture": [BASE, POLICY, "plugin/json", "plugin/docker", "plugin/docker/spelling", "plugin/redact", "plugin/authz",
                       "plugin/log"],
    "plugin/confine": [BASE],
    "plugin/look": [BASE, POLICY, "plugin/json", "plugin/docker", "plugin/confine"],
    "plugin/looker": [BASE, "plugin/look/wire.h", "plugin/confine"],
    "plugin/metrics": [BASE, POLICY, "plugin/look/wire.h", "plugin/authz"],
    "plugin/http": [BASE, POLICY, "plugin/look", "plugin/authz", "plugin/log", "plugin/capture", "plugin/metrics"],
    "plugin/service": [BASE, POLICY, "plugin/json", "plugin/confine", "plugin/authz", "plugin/log", "plugin/http"],
    "plugin/admin": [BASE, POLICY, "plugin/look", "plugin/authz", "plugin/log", "plugin/capture", "plugin/metrics", "plugin/service"],
    "plugin/report": [BASE, POLICY, "plugin/docker", "plugin/redact", "plugin/capture"],
    "plugin/cmd": [BASE, POLICY, "plugin/json", "plugin/docker", "plugin/docker/spelling/image-ref.h", "plugin/redact", "plugin/authz", "plugin/log", "plugin/capture",
                   "plugin/report"],
    "plugin/serve": [BASE, POLICY, "plugin/confine", "plugin/look", "plugin/log", "plugin/capture", "plugin/metrics", "plugin/http", "plugin/service",
                     "plugin/admin", "plugin/cmd/cmd.h"],
    "plugin": [BASE, "plugin/cmd"],
}
CROWDED = ["policy/rule", "include/base", "include/policy", "base"]  # one file for each rule; base types; what crosses a line

# Header, and the only rooms or files that may include it.
THIRD_PARTY = {
    "yaml.h": ["policy/yaml/yaml-doc.c"],
    "microhttpd.h": ["plugin/http", "plugin/admin"],
    "jansson.h": ["plugin/capture/replay.c"],
    "nettle/*": ["plugin/json/base64.c", "plugin/docker/spelling/seccomp.c", "plugin/look/own-call.c", "policy"],
    "curl/curl.h": ["plugin/looker/fetch.c"],
    "seccomp.h": ["plugin/confine/confine.c"],
    "cap-ng.h": ["plugin/confine/confine.c"],
    "cmocka.h": [],
}


def room_of(path):
    return os.path.dirname(path)


def resolve(path, name):
    """Where a quoted include leads, as the compiler would look for it."""
    for folder in [room_of(path), *WHERE]:
        found = os.path.normpath(os.path.join(folder, name))
        if (sources.ROOT / found).is_file():
            return found
    return name


def may_include_ours(path, header):
    room = room_of(path)
    return room_of(header) in (room, *ROOMS[room]) or header in ROOMS[room]


def may_include_system(path, header):
    for pattern, places in THIRD_PARTY.items():
        if fnmatch.fnmatchcase(header, pattern):
            return path in places or room_of(path) in places
    return True


def knows(room):
    """The rooms that it includes files of."""
    return {entry if entry in ROOMS else room_of(entry) for entry in ROOMS[room]} - {room}


def find_circles():
    """Rooms that are left when those that know none but what was taken away are taken away, again and again."""
    left = {room: knows(room) for room in ROOMS}
    while True:
        free = [room for room, others in left.items() if not others & left.keys()]
        if not free:
            return sorted(left)
        for room in free:
            del left[room]


complaints = []
for path in sources.c_files(["base", "include", "plugin", "policy"]):
    if room_of(path) not in ROOMS:
        complaints.append(f"{path}: {room_of(path)} is no room of test/lint/layers.py")
        continue
    for quote, name in INCLUDE.findall(sources.read(path)):
        header = resolve(path, name) if quote == '"' else name
        if name.startswith("../"):
            complaints.append(f"{path}: includes {name}; name the room")
        if not (may_include_ours(path, header) if quote == '"' else may_include_system(path, header)):
            complaints.append(f"{path}: must not include {header}")

architecture = sources.read("docs/architecture.md")
for room in ROOMS:
    nouns = {path.stem for path in (sources.ROOT / room).iterdir() if path.suffix in (".c", ".h", ".def")}
    if room not in CROWDED and len(nouns) > NOUNS_MOST:
        complaints.append(f"{room} holds {len(nouns)} nouns, more than {NOUNS_MOST}: find the second room")
    if f"`{pathlib.PurePath(room)}/`" not in architecture:
        complaints.append(f"docs/architecture.md does not say what lives in {room}/")
circles = find_circles()
if circles:
    complaints.append(f"rooms know each other in a circle: {', '.join(circles)}")
sources.finish(complaints)
