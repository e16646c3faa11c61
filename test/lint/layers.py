#!/usr/bin/env python3
"""Who may include what. A layer knows those below it, never those above."""

import fnmatch
import os
import re

import sources

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
WHERE = ["include", "plugin", "policy"]

BASE = ["include/base/*"]
# What a request is, as far as a decoder or a rule is concerned.
INTENT = [f"include/policy/{name}.h" for name in ("field", "intent", "object-id", "op", "reading")] + ["include/policy/op.def"]

# The first row whose files match decides: files, what of ours they may include, what they may not after all.
OURS = [
    (["base/*", "include/base/*"], BASE + ["base/*"], []),
    (["policy/rule/*"], BASE + INTENT + ["include/policy/command.h", "include/policy/rule.h", "include/policy/verdict.h", "policy/*"],
     ["policy/rule/*", "policy/load/param.h", "policy/policy-*", "policy/profiles.h", "policy/yaml-*"]),
    (["policy/*", "include/policy/*"], BASE + ["include/policy/*", "policy/*"], []),
    (["plugin/docker/*"], BASE + INTENT + ["plugin/docker/*"], []),
    (["plugin/http/*"],
     BASE + ["include/policy/policy.h", "include/policy/policy-slot.h", "plugin/http/*", "plugin/authz/reply.h", "plugin/authz/decide.h",
             "plugin/log/decision-log.h", "plugin/log/log-queue.h", "plugin/log/log.h", "plugin/metrics/metrics.h", "plugin/metrics/metrics-text.h",
             "plugin/capture/recording.h", "plugin/service/status.h"],
     []),
    (["plugin/authz/*"], BASE + ["include/policy/*", "plugin/authz/*", "plugin/docker/*", "plugin/authz/decide.h",
                           "plugin/redact/redact.h"], []),
    (["plugin/redact/*"], BASE + ["include/policy/command.h", "include/policy/policy.h", "include/policy/rule.h", "plugin/redact/*",
                            "plugin/docker/spelling/changes.h", "plugin/json/json-reader.h"], []),
    (["plugin/*", "test/*"], ["*"], []),
]

# Header, and the only files that may include it.
THIRD_PARTY = {
    "yaml.h": ["policy/load/yaml-doc.c", "test/*"],
    "microhttpd.h": ["plugin/http/*", "test/*"],
    "jansson.h": ["plugin/authz/*", "plugin/cmd/*", "plugin/*.c", "test/*"],
    "nettle/*": ["plugin/json/base64.c", "plugin/docker/spelling/seccomp.c", "policy/*", "test/*"],
    "seccomp.h": ["plugin/service/confine.c"],
    "cap-ng.h": ["plugin/service/confine.c"],
    "cmocka.h": ["test/*"],
}


def matches(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def resolve(path, name):
    """Where a quoted include leads, as the compiler would look for it."""
    for folder in [os.path.dirname(path), *WHERE]:
        found = os.path.normpath(os.path.join(folder, name))
        if (sources.ROOT / found).is_file():
            return found
    return name


def may_include_ours(path, header):
    for files, may, may_not in OURS:
        if matches(path, files):
            return matches(header, may) and not matches(header, may_not)
    return False


def may_include_system(path, header):
    for pattern, files in THIRD_PARTY.items():
        if fnmatch.fnmatchcase(header, pattern):
            # "*" crosses "/" in fnmatch, but plugin/*.c means the files of plugin itself.
            return any(fnmatch.fnmatchcase(path, file) and (not file.endswith("*.c") or path.count("/") == 1)
                       for file in files)
    return True


complaints = []
for path in sources.c_files():
    for quote, name in INCLUDE.findall(sources.read(path)):
        if quote == '"':
            header = resolve(path, name)
            fine = may_include_ours(path, header)
        else:
            header = name
            fine = may_include_system(path, header)
        if not fine:
            complaints.append(f"{path}: must not include {header}")
sources.finish(complaints)
