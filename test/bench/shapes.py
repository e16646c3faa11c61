"""shapes.py - questions of any size, each of one shape: many of something, or one long thing, through every door.

A shape is a function from a size in bytes to a call; what it is made of is repeated until the call has that size.
"""

import base64
import json
from urllib.parse import quote

CREATE = "/v1.41/containers/create?name=web"


def body(uri, value, **more):
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return {"method": "POST", "uri": uri, "body": text, **more}


def many(size, item):
    """As many of item(0), item(1)... as JSON has room for in a list of that size."""
    items, room, i = [], size, 0
    while room > 0:
        items.append(item(i))
        room -= len(json.dumps(items[-1], separators=(",", ":"))) + 1
        i += 1
    return items


def pairs(size, key, value):
    """A map with as many entries as fit."""
    cost = len(json.dumps({key(0): value}, separators=(",", ":"))) - 1
    return {key(i): value for i in range(max(1, size // cost))}


def host(**fields):
    return body(CREATE, {"Image": "bb:1", "HostConfig": fields})


def times(text, size):
    return text * max(1, size // len(text))


def repeated(size, before, item, after):
    """JSON that json.dumps would not write: the same key again and again."""
    return before + ",".join([item] * max(1, size // (len(item) + 1))) + after


def seccomp(profile):
    return host(SecurityOpt=["seccomp=" + json.dumps(profile, separators=(",", ":"))])


def calls(size, call):
    return seccomp({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": many(size, call)})


def conditions(size):
    args = many(size, lambda i: {"index": i % 6, "value": i, "op": "SCMP_CMP_EQ"})
    return calls(1, lambda i: {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": args})


def names_times_conditions(size):
    names = many(size // 2, lambda i: f"call{i:05}")
    args = many(size // 2, lambda i: {"index": i % 6, "value": i, "op": "SCMP_CMP_EQ"})
    return calls(1, lambda i: {"names": names, "action": "SCMP_ACT_ALLOW", "args": args})


def volume(**options):
    return body("/v1.41/volumes/create", {"Name": "v", "DriverOpts": options})


def service(size, **spec):
    del size
    return body("/v1.41/services/create", {"Name": "s", "TaskTemplate": {"ContainerSpec": {"Image": "bb:1", **spec}}})


def get(uri, **more):
    return {"method": "GET", "uri": uri, "body": "", **more}


def post(uri, **more):
    return {"method": "POST", "uri": uri, "body": "", **more}


def mount(i):
    return {"Type": "bind", "Source": f"/srv/{i}", "Target": f"/x{i}"}


SHAPES = {
    # JSON itself
    "unknown keys": lambda n: body(CREATE, pairs(n, lambda i: f"K{i:06}", 1)),
    "one key again": lambda n: body(CREATE, repeated(n, '{"Image":"bb",', '"Tty":true', "}")),
    "one label again": lambda n: body(CREATE, repeated(n, '{"Labels":{', '"a":"b"', "}}")),
    "labels": lambda n: body(CREATE, {"Labels": pairs(n, lambda i: f"k{i:06}", "v")}),
    "labels of one beginning": lambda n: body(CREATE, {"Labels": pairs(n, lambda i: "k" * 200 + f"{i:06}", "")}),
    "keys of escapes": lambda n: body(CREATE, repeated(n, '{"Labels":{', '"\\u0061\\u0062":""', "}}")),
    "escapes": lambda n: body(CREATE, '{"Hostname":"' + times("\\u0041\\n", n) + '"}'),
    "pairs of surrogates": lambda n: body(CREATE, '{"Hostname":"' + times("\\ud83d\\ude00", n) + '"}'),
    "deep lists": lambda n: body(CREATE, '{"K":' + "[" * (n // 2) + "]" * (n // 2) + "}"),
    "deep objects": lambda n: body(CREATE, times('{"HostConfig":', n) + "1"),
    "blanks": lambda n: body(CREATE, '{"Image":"bb"' + " " * n + "}"),
    "digits": lambda n: body(CREATE, '{"HostConfig":{"Memory":' + "1" * n + "}}"),
    "empty lists": lambda n: body(CREATE, repeated(n, '{"Env":[', '""', "]}")),
    "nulls": lambda n: body(CREATE, repeated(n, '{"Env":[', "null", "]}")),
    "objects twice": lambda n: body(CREATE, repeated(n, "{", '"HostConfig":{}', "}")),
    # Containers
    "environment": lambda n: body(CREATE, {"Env": many(n, lambda i: f"V{i}=x")}),
    "command": lambda n: body(CREATE, {"Cmd": many(n, lambda i: "x")}),
    "health check": lambda n: body(CREATE, {"Healthcheck": {"Test": many(n, lambda i: "NONE")}}),
    "long user": lambda n: body(CREATE, {"User": "0" * n}),
    "long user of many parts": lambda n: body(CREATE, {"User": times("0:", n)}),
    "long image": lambda n: body(CREATE, {"Image": "a" * n}),
    "image of many parts": lambda n: body(CREATE, {"Image": times("a/", n) + "b"}),
    "image of many tags": lambda n: body(CREATE, {"Image": times("a:", n) + "b"}),
    "exposed ports": lambda n: body(CREATE, {"ExposedPorts": pairs(n, lambda i: f"{i % 65536}/tcp{i // 65536}", {})}),
    "published ports": lambda n: host(PortBindings=pairs(n, lambda i: f"{i}/tcp", [{"HostPort": "80"}])),
    "bindings of a port": lambda n: host(PortBindings={"80/tcp": many(n, lambda i: {"HostPort": f"{i % 65536}"})}),
    "networks": lambda n: body(CREATE, {"NetworkingConfig": {"EndpointsConfig": pairs(n, lambda i: f"n{i}", {})}}),
    "added capabilities": lambda n: host(CapAdd=many(n, lambda i: f"CAP_{i}")),
    "one capability again": lambda n: host(CapAdd=many(n, lambda i: "SYS_ADMIN"), CapDrop=["ALL"]),
    "groups": lambda n: host(GroupAdd=many(n, lambda i: f"{i}")),
    "sysctls": lambda n: host(Sysctls=pairs(n, lambda i: f"net.{i}", "1")),
    "ulimits": lambda n: host(Ulimits=many(n, lambda i: {"Name": f"n{i}", "Soft": 1, "Hard": 1})),
    "devices": lambda n: host(Devices=many(n, lambda i: {"PathOnHost": f"/dev/x{i}"})),
    "device rules": lambda n: host(DeviceCgroupRules=many(n, lambda i: "c 1:1 r")),
    "device requests": lambda n: host(DeviceRequests=many(n, lambda i: {"Driver": "x"})),
    "security options": lambda n: host(SecurityOpt=many(n, lambda i: f"label=user:{i}")),
    "profiles": lambda n: host(SecurityOpt=many(n, lambda i: "seccomp=unconfined")),
    "long profile name": lambda n: host(SecurityOpt=["apparmor=" + "a" * n]),
    "masked paths": lambda n: host(MaskedPaths=many(n, lambda i: f"/proc/{i}")),
    "volumes from": lambda n: host(VolumesFrom=many(n, lambda i: f"c{i}")),
    "log options": lambda n: host(LogConfig={"Type": "syslog", "Config": pairs(n, lambda i: f"o{i}", "x")}),
    "links": lambda n: host(Links=many(n, lambda i: f"a{i}:b")),
    # Mounts
    "binds": lambda n: host(Binds=many(n, lambda i: "/a:/b")),
    "binds of listed places": lambda n: host(Binds=many(n, lambda i: "/etc:/b")),
    "binds of volumes": lambda n: host(Binds=many(n, lambda i: f"v{i}:/b")),
    "binds of 2,000 components": lambda n: host(Binds=many(n, lambda i: "/a" * 2000 + ":/b")),
    "a bind of many components": lambda n: host(Binds=[times("/a", n) + ":/b"]),
    "binds that go up": lambda n: host(Binds=many(n, lambda i: "/a/.." * 500 + ":/b")),
    "binds of slashes": lambda n: host(Binds=many(n, lambda i: "/" * 4000 + ":/b")),
    "binds through links": lambda n: host(Binds=many(n, lambda i: "/proc/self/root" * 8 + ":/b")),
    "modes of a bind": lambda n: host(Binds=["/srv:/b:" + times("z,", n)]),
    "mounts": lambda n: host(Mounts=many(n, mount)),
    "mounts of services": lambda n: service(n, Mounts=many(n, mount)),
    "environment of services": lambda n: service(n, Env=many(n, lambda i: f"V{i}=x")),
    "options of a volume": lambda n: volume(**pairs(n, lambda i: f"o{i}", "/srv")),
    "lower directories": lambda n: volume(type="overlay", device="overlay", o="lowerdir=" + times("/srv/a:", n)),
    "short lower directories": lambda n: volume(type="overlay", device="overlay", o="lowerdir=" + times("/:", n)),
    "escaped lower directories": lambda n: volume(type="overlay", device="overlay", o="lowerdir=" + times("\\a:", n)),
    "words of a volume": lambda n: volume(type="none", device="/srv", o=times("ro,=/,", n)),
    "long device": lambda n: volume(type="none", o="bind", device=times("/../a", n)),
    # Seccomp profiles
    "calls of a profile": lambda n: calls(n, lambda i: {"names": [f"call{i}"], "action": "SCMP_ACT_ALLOW"}),
    "one call again": lambda n: calls(n, lambda i: {"names": ["mount"], "action": "SCMP_ACT_ALLOW"}),
    "names of a call": lambda n: calls(1, lambda i: {"names": many(n, lambda k: f"call{k}"), "action": "SCMP_ACT_ALLOW"}),
    "conditions of a call": conditions,
    "names times conditions": names_times_conditions,
    # Targets, headers, callers
    "long target": lambda n: get("/v1.41/" + "a" * n),
    "target of many parts": lambda n: get("/v1.41" + times("/containers", n)),
    "target of escapes": lambda n: get("/v1.41/containers/" + times("%61", n) + "/json"),
    "target that goes up": lambda n: get("/v1.41/" + times("a/../", n) + "info"),
    "version": lambda n: get("/v1." + "4" * n + "/info"),
    "parameters": lambda n: get("/v1.41/containers/json?" + "&".join(f"p{i}=1" for i in range(n // 9))),
    "one parameter again": lambda n: get("/v1.41/containers/json?" + times("all=1&", n)),
    "separators of parameters": lambda n: get("/v1.41/containers/json?" + "&" * n),
    "value of escapes": lambda n: post("/v1.41/images/create?fromImage=" + times("%2f", n)),
    "changes of a commit": lambda n: body("/v1.41/commit?container=a" + times("&changes=USER+0", n), "{}"),
    "long change": lambda n: body("/v1.41/commit?container=a&changes=" + times("USER+0%0a", n), "{}"),
    "tags of a build": lambda n: post("/v1.41/build?" + times("t=a:1&", n)),
    "arguments of a build": lambda n: post("/v1.41/build?buildargs=" + quote(json.dumps(pairs(n // 2, lambda i: f"a{i}", "x")))),
    "sources of a build": lambda n: post("/v1.41/build?cachefrom=" + quote(json.dumps(many(n // 2, lambda i: f"a{i}:1")))),
    "headers": lambda n: get("/v1.41/info", headers=pairs(n, lambda i: f"X-{i}", "v")),
    "long header": lambda n: body(CREATE, "{}", headers={"Content-Type": "application/json" + ";a" * (n // 2)}),
    "long name of a caller": lambda n: get("/v1.41/info", user="u" * n),
    "body of no JSON": lambda n: body(CREATE, "\0" * n),
    # Other bodies
    "exec": lambda n: body("/v1.41/containers/a/exec", {"Cmd": many(n, lambda i: "x"), "User": "a" * 100}),
    "network options": lambda n: body("/v1.41/networks/create", {"Name": "n", "Options": pairs(n, lambda i: f"o{i}", "x")}),
    "privileges of a plugin": lambda n: body("/v1.41/plugins/pull?remote=a", many(n, lambda i: {"Name": "mount", "Value": ["/"]})),
    "update": lambda n: body("/v1.41/containers/a/update", {"Ulimits": many(n, lambda i: {"Name": "a"})}),
    "start with a body": lambda n: body("/v1.23/containers/a/start", {"Binds": many(n, lambda i: "/a:/b")}),
}


def question(call):
    """As the daemon sends it."""
    fields = {"RequestMethod": call["method"], "RequestUri": call["uri"], "RequestHeaders": {}}
    if call["body"]:
        encoded = call["body"].encode()
        fields["RequestBody"] = base64.b64encode(encoded).decode()
        fields["RequestHeaders"] = {"Content-Type": "application/json", "Content-Length": str(len(encoded))}
    fields["RequestHeaders"].update(call.get("headers", {}))
    if "user" in call:
        fields.update(User=call["user"], UserAuthNMethod="TLS")
    return json.dumps(fields, separators=(",", ":"))
