"""envelopes.py - the questions that are measured: recorded ones, and the recorded create with a longer body."""

import base64
import json
import pathlib

RECORDED = pathlib.Path(__file__).resolve().parent / "envelopes"
KIB, MIB = 1 << 10, 1 << 20
GROWN = {"create 64k": 64 * KIB, "create 1m": MIB, "create 4m": 4 * MIB}
COUNTED = ["ping", "list", "create", "create 64k"]
ALL = ["ping", "list", "create", *GROWN, "response"]


def grown(size):
    """The recorded create, with so many environment variables that its body has `size` bytes."""
    envelope = json.loads((RECORDED / "create.json").read_text(encoding="utf-8"))
    body = json.loads(base64.b64decode(envelope["RequestBody"]))
    rest = size - len(json.dumps(body)) - 2
    body["Env"] += [f"V{i:06}={'x' * 52}" for i in range(rest // 64)]
    text = json.dumps(body)
    body["Labels"]["filling"] = "x" * max(0, size - len(text) - len(', "filling": ""'))
    text = json.dumps(body).encode()
    envelope["RequestBody"] = base64.b64encode(text).decode()
    envelope["RequestHeaders"]["Content-Length"] = str(len(text))
    return json.dumps(envelope, separators=(",", ":"))


def make(folder, names):
    """Files by name. Grown ones are written into the folder."""
    paths = {}
    for name in names:
        if name in GROWN:
            paths[name] = folder / f"{name.replace(' ', '-')}.json"
            paths[name].write_text(grown(GROWN[name]), encoding="utf-8")
        else:
            paths[name] = RECORDED / f"{name}.json"
    return paths


def make_size(folder, size):
    path = folder / f"size-{size}.json"
    path.write_text(grown(size), encoding="utf-8")
    return path
