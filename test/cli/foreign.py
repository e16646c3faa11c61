#!/usr/bin/env python3
"""foreign.py PROGRAM - what is given to `eval` and is no recorded call is told by its name, with what to do; --as judges bodies."""

import base64
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
RECORD = "record calls with `cis-authz serve --record CALLS`, then: cis-authz eval CALLS"
BODY = {"Image": "nginx", "HostConfig": {"Privileged": True}}
INSPECT = {"Id": "1f", "State": {"Running": True}, "Image": "sha256:1f", "Config": {"Image": "nginx"}, "HostConfig": {"Privileged": True}}
SERVICE = {"TaskTemplate": {"ContainerSpec": {"Image": "nginx", "CapabilityAdd": ["CAP_SYS_ADMIN"]}}}
CALL = {"RequestMethod": "POST", "RequestUri": "/v1.41/containers/create", "RequestHeaders": {"Content-Type": "application/json"},
        "RequestBody": base64.b64encode(json.dumps(BODY).encode()).decode()}
AS = "to judge it as a call of nobody's: cis-authz eval --as {} FILE"
LIKE = "to judge a {} like it: jq '{}' FILE | cis-authz eval --as {} -"
OF_CONTAINER = LIKE.format("container", "(.[0]? // .) | .Config + {HostConfig}", "container.create")
OF_SERVICE = LIKE.format("service", "(.[0]? // .).Spec", "service.create")

# What is in the file, what it is, what to do.
FOREIGN = [
    (json.dumps(BODY), "the body of a call that makes a container", AS.format("container.create")),
    (json.dumps(BODY, indent=2), "the body of a call that makes a container", AS.format("container.create")),
    ('{"Image":"nginx"}', "the body of a call that makes a container", AS.format("container.create")),
    (json.dumps(SERVICE), "the body of a call that makes a service", AS.format("service.create")),
    (json.dumps([INSPECT], indent=4), "what `docker inspect` prints of a container", OF_CONTAINER),
    (json.dumps([INSPECT, INSPECT]), "what `docker inspect` prints of a container", OF_CONTAINER),
    (json.dumps(INSPECT), "what `docker inspect` prints of a container", OF_CONTAINER),
    (json.dumps([{"Id": "1f", "RepoTags": [], "Config": {}, "RootFS": {}}]), "what `docker inspect` prints of an image", RECORD),
    (json.dumps([{"ID": "x1", "Version": {}, "Spec": SERVICE}]), "what `docker inspect` prints of a part of a swarm", OF_SERVICE),
    (json.dumps({"name": "a", "services": {}}), "a compose file", RECORD),
    ("{}", "a JSON object without RequestMethod and RequestUri", RECORD),
    ('{"RequestMethods": "GET", "Request": "RequestUri"}', "a JSON object without RequestMethod and RequestUri", RECORD),
    ("services:\n  web:\n    image: nginx\n", "a compose file", RECORD),
    ('version: "3.8"\n\nservices: { web: { image: nginx } }\n', "a compose file", RECORD),
    ("# hello\nversion: 1\nprofile: level1\n", "a policy", "to judge calls by it: cis-authz eval --policy FILE CALLS"),
    ("rules:\n  privileged: deny\n", "a policy", "to judge calls by it: cis-authz eval --policy FILE CALLS"),
    ("version: 1\nprofiles: [a]\n", "a text without any JSON object", RECORD),
    ("", "an empty file", RECORD),
    ("\n  \n", "an empty file", RECORD),
    (gzip.compress(json.dumps(CALL).encode()), "a compressed file", "to read it: zcat FILE | cis-authz eval -"),
    (b"\x7fELF\x02\x01\x01\0\0\0\0", "a file of bytes that are no text", RECORD),
    (b"caf\xe9\n", "a file of bytes that are no text", RECORD),
    ("café " * 1000 + "\n", "a text without any JSON object", RECORD),
    ("docker run nginx\n", "a text without any JSON object", RECORD),
]
# Calls, whatever is wrong with them otherwise: they are judged.
CALLS = [CALL, {"requestmethod": "GET", "REQUESTURI": "/_ping"}, {"RequestMethod": "GET"}, {**BODY, "RequestUri": "/_ping"}]
complaints = []


def expect(what, came, wanted):
    if came != wanted:
        complaints.append(f"{what}:\n  {came!r}, not\n  {wanted!r}")


def run(*words, text=None):
    return subprocess.run([PROGRAM, *words], cwd=FOLDER, input=text, capture_output=True, text=True, check=False)


def check_foreign():
    for content, what, advice in FOREIGN:
        FILE.write_bytes(content if isinstance(content, bytes) else content.encode())
        for command in ("eval", "except"):
            came = run(command, "file")
            expect(f"{command} of {content[:60]!r}", (came.returncode, came.stdout, came.stderr.splitlines()[:2]),
                   (2, "", [f"file: this is {what}, not a recorded call", f"  {advice.replace('FILE', 'file')}"]))
            if command == "eval":
                expect(f"lines of {content[:60]!r}", len(came.stderr.splitlines()), 2)


def check_calls():
    for call in CALLS:
        came = run("eval", "-", text=json.dumps(call))
        expect(f"{call}", (came.stderr, came.stdout != ""), ("", True))
    # One that is something else does not keep the others from being judged.
    mixed = run("eval", "-", text=f"{json.dumps(CALL)}\n{json.dumps(BODY)}\n{{}}\n{json.dumps(CALL)}\n")
    expect("among calls", (mixed.returncode, mixed.stdout.count("deny POST"), len(mixed.stderr.splitlines())), (2, 2, 2))
    # Lines that are none are told of five times.
    lines = run("eval", "-", text=f"{json.dumps(CALL)}\n" + "x\n" * 8)
    expect("lines", [line.split(" is not")[0] for line in lines.stderr.splitlines()],
           [f"-: line {n}" for n in range(2, 7)] + ["-: 3 more are none either"])


def judged(operation, body, *words):
    came = run("eval", "--as", operation, *words, "-", text=json.dumps(body))
    return came.returncode, came.stdout.splitlines()[:1], came.stderr


def check_bodies():
    expect("a privileged container", judged("container.create", BODY), (1, ["deny POST /containers/create"], ""))
    expect("a plain one", judged("container.create", {"Image": "nginx"}), (0, ["allow POST /containers/create"], ""))
    expect("a list of them", judged("container.create", [{"Image": "nginx"}, BODY])[0], 1)
    expect("a service", judged("service.create", SERVICE), (1, ["deny POST /services/create"], ""))
    expect("a volume", judged("volume.create", {"DriverOpts": {"type": "none", "o": "bind", "device": "/etc"}})[0], 1)
    expect("a field twice", run("eval", "--as", "container.create", "-", text='{"Image":"a","HostConfig":{"Privileged":true,"privileged":false}}').returncode, 1)
    if shutil.which("jq"):
        FILE.write_text(json.dumps([INSPECT]), encoding="utf-8")
        line = run("eval", "file").stderr.splitlines()[1].partition(": ")[2].replace("cis-authz", PROGRAM)
        came = subprocess.run(["bash", "-c", line], cwd=FOLDER, capture_output=True, text=True, check=False)
        expect("as it is told", (came.returncode, came.stdout.splitlines()[:1]), (1, ["deny POST /containers/create"]))
    # What would be judged as an empty container.
    for body in (INSPECT, {}, SERVICE, {"services": {}}):
        expect(f"{body} as a container", judged("container.create", body)[:2], (2, []))
    expect("a container as a volume", judged("volume.create", BODY)[:2], (2, []))
    came = run("eval", "--as", "container.create", "-", text=json.dumps(CALL))
    expect("a call as a body", (came.returncode, came.stdout, came.stderr),
           (2, "", "-: this is a recorded call, and --as wants bodies\n  leave --as out\n"))
    for word in ("image.pull", "container.start", "exec.create", "container", "checkpoint.create", ""):
        came = run("eval", "--as", word, "-", text="{}")
        expect(f"--as {word}", (came.returncode, came.stderr),
               (2, "cis-authz eval: --as must be an operation that makes something of one JSON body, such as container.create or "
                   f"service.create, not '{word}'\nTry 'cis-authz eval --help'.\n"))


with tempfile.TemporaryDirectory() as name:
    FOLDER = pathlib.Path(name)
    FILE = FOLDER / "file"
    for test in (check_foreign, check_calls, check_bodies):
        test()
print("\n".join(complaints))
sys.exit(1 if complaints else 0)
