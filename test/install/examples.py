#!/usr/bin/env python3
"""examples.py PROGRAM PAGE... - the examples of manual pages do what they say: each line exits with 0.

They run in a folder with a policy.yaml, a recorded.jsonl, a denied.json and a container.json. One that goes on answering gets SIGTERM once its socket
is there.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 20


def examples(page):
    for block in re.findall(r"^\.EX\n(.*?)^\.EE$", pathlib.Path(page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        yield from re.sub(r"\\([-e&])", lambda m: {"-": "-", "e": "\\", "&": ""}[m[1]], block).splitlines()


def prepare(folder, program):
    """The files that the examples are about, and the program under its name alone, as people type it."""
    (folder / "bin").mkdir()
    (folder / "bin/cis-authz").symlink_to(pathlib.Path(program).resolve())
    shutil.copyfile(ROOT / "packaging/policy.yaml", folder / "policy.yaml")
    (folder / "policy.yaml").chmod(0o644)
    hardened = (ROOT / "test/data/hardened.jsonl").read_text(encoding="utf-8").splitlines()
    envelopes = [json.dumps(json.loads(line)["request"]) for line in hardened]
    denied = {"RequestMethod": "POST", "RequestUri": "/v1.41/containers/create?name=web",
              "RequestHeaders": {"Content-Type": "application/json"},
              "RequestBody": base64.b64encode(b'{"Image": "nginx", "HostConfig": {"Privileged": true}}').decode()}
    (folder / "container.json").write_text('{"Image": "nginx", "HostConfig": {}}', encoding="utf-8")
    (folder / "denied.json").write_text(json.dumps(denied), encoding="utf-8")
    (folder / "recorded.jsonl").write_text("".join(line + "\n" for line in envelopes), encoding="utf-8")


def run(line, folder):
    """The exit status and what was printed."""
    environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}")
    process = subprocess.Popen(["bash", "-c", f"exec {line}"], cwd=folder, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if " serve " in line:
        end = time.monotonic() + SECONDS
        while not (folder / "cis-authz.sock").exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.terminate()
    try:
        printed = process.communicate(timeout=SECONDS)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        printed = f"still running after {SECONDS} seconds\n" + process.communicate()[0]
    return process.returncode, printed


def main(program, pages):
    passed = failed = 0
    for page in pages:
        lines = list(examples(page))
        if not lines:
            failed += 1
            print(f"{page}: has no examples")
        for line in lines:
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                prepare(folder, program)
                status, printed = run(line, folder)
            if status == 0 and printed:
                passed += 1
            else:
                failed += 1
                print(f"{page}: {line}: exit status {status}\n{printed}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
