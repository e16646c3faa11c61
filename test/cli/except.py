#!/usr/bin/env python3
"""except.py PROGRAM - `cis-authz except` writes exceptions that bind, and denials tell of those that nearly do.

From denied services of public stacks (test/data/field.jsonl): the record of the denial goes to `except`, what it prints
goes into a policy, and by that the call passes. With one thing more, or one thing another, it is still denied.
"""

import base64
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
IMAGES = ["node-exporter", "cadvisor", "traefik", "portainer", "wireguard", "wg-easy", "pihole"]
DIGEST = "sha256:" + 64 * "a"


class Tester:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.passed = self.failed = 0

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        return str(path)

    def run(self, *args, text=""):
        return subprocess.run([self.program, *args], input=text, text=True, capture_output=True, check=False)

    def test(self, name, good, *told):
        if good:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}", *told, sep="\n")

    def decide(self, call, *policy):
        """The outcome and the record."""
        record = self.run("eval", *policy, "--format", "json", "-", text=json.dumps(call)).stdout
        return json.loads(record)["outcome"], record

    def denied(self, call, *policy):
        return self.decide(call, *policy)[0] == "deny"


def call(uri, body, user=""):
    made = {"RequestMethod": "POST", "RequestUri": uri, "RequestHeaders": {"Content-Type": "application/json"},
            "RequestBody": base64.b64encode(json.dumps(body).encode()).decode()}
    return {**made, "User": user, "UserAuthNMethod": "TLS"} if user else made


def more(body):
    """The same service with one thing more, each with a name; none of them is in what stacks ask for here."""
    host = body["HostConfig"]
    changes = {
        "a mount": {"Binds": (host.get("Binds") or []) + ["/etc:/more"]},
        "a mount below": {"Binds": (host.get("Binds") or []) + ["/proc/sys:/more"]},
        "a mount of the socket's folder": {"Binds": (host.get("Binds") or []) + ["/run/docker:/more"]},
        "a mount of a device": {"Binds": (host.get("Binds") or []) + ["/dev/kmsg:/more"]},
        "a capability": {"CapAdd": (host.get("CapAdd") or []) + ["SYS_PTRACE"]},
        "a device": {"Devices": (host.get("Devices") or []) + [{"PathOnHost": "/dev/mem", "CgroupPermissions": "rwm"}]},
        "host IPC": {"IpcMode": "host"},
        "host users": {"UsernsMode": "host"},
        "no AppArmor": {"SecurityOpt": ["apparmor=unconfined"]},
    }
    if host.get("PidMode") != "host":
        changes["host PIDs"] = {"PidMode": "host"}
    if host["NetworkMode"] != "host":
        changes["host network"] = {"NetworkMode": "host"}
    if not host["Privileged"]:
        changes["privileged"] = {"Privileged": True}
    for i, bind in enumerate(host.get("Binds") or []):
        if bind.endswith(":ro"):
            binds = list(host["Binds"])
            binds[i] = bind[:-len(":ro")]
            changes[f"{bind} to be written"] = {"Binds": binds}
    for name, change in changes.items():
        other = copy.deepcopy(body)
        other["HostConfig"].update(change)
        yield name, other


def test_service(t, one):
    name = f"{one['stack']} {one['service']}"
    asked = call(one["uri"], one["body"])
    outcome, record = t.decide(asked)
    if outcome != "deny":
        return 0
    made = t.run("except", "-", text=record)
    policy = ["--policy", t.file("policy.yaml", "version: 1\n" + made.stdout)]
    t.test(f"{name}: one exception", made.returncode == 0 and made.stdout.count("- name:") == 1, made.stdout, made.stderr)
    t.test(f"{name}: the request tells the same", t.run("except", "-", text=json.dumps(asked)).stdout.splitlines()[1:]
           == made.stdout.splitlines()[1:])
    t.test(f"{name}: passes", t.run("eval", *policy, "-", text=json.dumps(asked)).returncode == 0, made.stdout)
    for what, body in more(one["body"]):
        t.test(f"{name}: with {what}", t.denied(call(one["uri"], body), *policy), made.stdout)
    t.test(f"{name}: as another user", t.denied(call(one["uri"], one["body"], "kim"), *policy))
    t.test(f"{name}: another image", t.denied(call(one["uri"], {**one["body"], "Image": "docker.io/library/other"}), *policy))
    t.test(f"{name}: another name", "name=" not in one["uri"] or
           t.denied(call(one["uri"] + "-2", one["body"]), *policy))
    return 1


def test_services(t):
    tried = 0
    for line in (DATA / "field.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        if "/containers/create" in one["uri"] and any(image in one["body"]["Image"] for image in IMAGES):
            tried += test_service(t, one)
    t.test("services of all six kinds", tried >= 9, f"only {tried}")


CREATE = "/v1.41/containers/create?name=web"
ASKING = {"Image": f"nginx@{DIGEST}", "HostConfig": {"PidMode": "host", "CapAdd": ["SYS_ADMIN"], "Binds": ["/etc:/x"],
                                                     "Devices": [{"PathOnHost": "/dev/mem", "CgroupPermissions": "r"}]}}


def test_words(t):
    """What it says, of whom, and where it cannot."""
    asked = call(CREATE, ASKING, "kim")
    record = t.decide(asked)[1]
    made = t.run("except", "--reason", "SEC-1: it's \"so\"", "--owner", "ops@example.com", "--expires", "2099-01-01",
                 "--name", "mine", "-", text=record)
    for words in ["- name: mine\n", "user: kim\n", f'"?docker.io/library/nginx@{DIGEST}'.replace('"?', ""),
                  "container: web\n", "expires: 2099-01-01\n", "{ value: /dev/mem, rule: host-devices }", "- SYS_ADMIN\n"]:
        t.test(f"says {words}", words in made.stdout, made.stdout, made.stderr)
    t.test("rests on a user", "rests on names" not in made.stdout, made.stdout)
    policy = t.file("mine.yaml", "version: 1\n" + made.stdout)
    checked = t.run("check", policy)
    t.test("check has nothing to say", checked.returncode == 0 and "warning" not in checked.stdout, checked.stdout)
    t.test("it passes", not t.denied(asked, "--policy", policy))
    device = copy.deepcopy(ASKING)
    device["HostConfig"]["Binds"].append("/dev/mem:/x")
    t.test("a device is no mount", t.denied(call(CREATE, device, "kim"), "--policy", policy))

    again = t.run("except", "--policy", policy, "--name", "mine", "-", text=t.decide(call(CREATE + "2", ASKING, "kim"))[1])
    t.test("another name, and no second key", "- name: mine-2\n" in again.stdout and
           not any(line == "exceptions:" for line in again.stdout.splitlines()), again.stdout, again.stderr)
    none = t.run("except", "--policy", policy, "-", text=record)
    t.test("nothing denied", none.returncode == 1 and "denies" in none.stderr, none.stderr)

    opaque = t.decide({"RequestMethod": "POST", "RequestUri": CREATE, "RequestHeaders": {"Content-Type": "application/json"},
                       "RequestBody": base64.b64encode(b"{").decode()})[1]
    cannot = t.run("except", "-", text=opaque)
    t.test("what cannot be read", cannot.returncode == 1 and "opaque-request" in cannot.stderr and not cannot.stdout,
           cannot.stderr)
    partial = json.loads(record)
    partial["omitted"] = 3
    cannot = t.run("except", "-", text=json.dumps(partial))
    t.test("what the record lacks", cannot.returncode == 1 and "does not hold" in cannot.stderr, cannot.stderr)
    hidden = json.loads(record)
    hidden["violations"][0]["value"] = "/srv/***"
    cannot = t.run("except", "-", text=json.dumps(hidden))
    t.test("what the record hides", cannot.returncode == 1 and "hides" in cannot.stderr, cannot.stderr)
    t.test("what is no record", t.run("except", "-", text="{\"outcome\":1,\"decision\":2}").returncode == 2)


def test_link(t):
    """Where others than root can lead a path elsewhere, where it leads is listed too."""
    (t.folder / "way").symlink_to("/etc")
    t.folder.chmod(0o777)
    asked = call(CREATE, {"Image": "nginx", "HostConfig": {"Binds": [f"{t.folder}/way:/x:ro"]}})
    record = t.decide(asked)[1]
    made = t.run("except", "-", text=record)
    t.folder.chmod(0o700)
    t.test("where a link leads", made.returncode == 0 and '"leads":"/etc"' in record and
           "{ value: /etc, read_only: true }" in made.stdout, record, made.stdout, made.stderr)


def test_log(t):
    """A decision is looked for in a log by the id that the denial ends in."""
    records = [t.decide(call(CREATE, {**ASKING, "Image": image}))[1] for image in ("nginx:1", "nginx:2")]
    log = t.file("log", "cis-authz: started\n" + "".join(records))
    ids = [json.loads(record)["decision"] for record in records]
    several = t.run("except", log)
    t.test("several denials", several.returncode == 2 and all(f"--log {log} {one}" in several.stderr for one in ids),
           several.stderr)
    made = t.run("except", "--log", log, ids[1])
    t.test("by its id", made.returncode == 0 and "image: docker.io/library/nginx:2\n" in made.stdout, made.stderr)
    t.test("no such id", t.run("except", "--log", log, "1").returncode == 1)
    t.test("no id", t.run("except", "--log", log, "it").returncode == 2)


def test_levels(t):
    """What a call leaves out is a value too, and an exec has a container that is there."""
    for profile in ["level1", "level2", "strict"]:
        policy = ["--policy", t.file("profile.yaml", f"version: 1\nprofile: {profile}\n")]
        for asked in [call(CREATE, ASKING, "kim"), call(CREATE, {"Image": "nginx"}),
                      call("/v1.41/containers/web/exec", {"Cmd": ["x"], "Privileged": True, "User": "0"}),
                      call("/v1.41/services/create", {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "nginx"}}})]:
            outcome, record = t.decide(asked, *policy)
            made = t.run("except", *policy, "-", text=record)
            with_it = t.file("with.yaml", f"version: 1\nprofile: {profile}\n" + made.stdout)
            t.test(f"{profile}: {asked['RequestUri']}", outcome == "deny" and made.returncode == 0
                   and not t.denied(asked, "--policy", with_it), made.stdout, made.stderr)


NEAR = """version: 1
exceptions:
  - name: metrics
    rules: [sensitive-mounts, host-pid]
    when: { user: ops-1, image: "docker.io/prom/node-exporter:v1", container: metrics, operation: container.create }
    values: [{ value: /sys, read_only: true }, /etc/ssh]
    reason: SEC-1
    owner: ops@example.com
    expires: 2099-01-01
  - name: old
    rules: [host-ipc]
    when: { user: ops-1 }
    reason: SEC-1
    owner: ops@example.com
    expires: 2020-01-31
  - name: there
    rules: [host-uts]
    when: { user: ops-1, host: no-such-host }
    reason: SEC-1
    owner: ops@example.com
    expires: 2099-01-01
  - name: shut
    rules: [privileged]
    when: { user: ops-1, not: { image: "docker.io/prom/**" } }
    reason: SEC-1
    owner: ops@example.com
    expires: 2099-01-01
"""


def test_near(t):
    """A denial tells of the exception that nearly let the call through."""
    policy = t.file("near.yaml", NEAR)

    def eval_call(host, *options, user="ops-1", image="prom/node-exporter:v1", name="metrics"):
        asked = call(f"/v1.41/containers/create?name={name}", {"Image": image, "HostConfig": host}, user)
        return t.run("eval", "--policy", policy, *options, "-", text=json.dumps(asked)).stdout

    def message(host, **who):
        """On one line, however it is wrapped."""
        return " ".join(eval_call(host, **who).split())

    sys_ro, pid = {"Binds": ["/sys:/sys:ro"]}, {"PidMode": "host"}
    t.test("it passes", message(sys_ro).startswith("allow"), message(sys_ro))
    at = f"The exception metrics ({policy}:3) is for this rule"
    for told, expected in [
            (message({"Binds": ["/etc:/x"]}), f"{at} and image, but `/etc` is not among its values."),
            (message({"Binds": ["/sys:/sys"]}), f"{at} and image, but it lets `/sys` be mounted read-only alone (:ro)."),
            (message(pid, user="kim"), f"{at} and image, but it is for the user `ops-1`, not for `kim`."),
            (message(pid, user=""), f"{at} and image, but it is for the user `ops-1`, and this call has none."),
            (message(pid, image="prom/node-exporter:v2"), f"{at} and user, but it is for the image "
             "`docker.io/prom/node-exporter:v1`, not for `docker.io/prom/node-exporter:v2`."),
            (message(pid, name="web"), f"{at} and image, but it is for the container `metrics`, not for `web`."),
            (message({"IpcMode": "host"}), f"The exception old ({policy}:10) is for this rule and user, but its last day was "
             "2020-01-31."),
            (message({"UTSMode": "host"}), f"The exception there ({policy}:16) is for this rule and user, but it is for another "
             "host."),
            (message({"Privileged": True}), f"The exception shut ({policy}:22) is for this rule and user, but its `not` shuts "
             "this request out."),
    ]:
        t.test(expected, told.startswith("deny") and expected in told, told)
    near = [v.get("near") for v in json.loads(eval_call({"Binds": ["/sys:/sys"]}, "--format", "json"))["violations"]]
    t.test("its record", near == [f"{at} and image, but it lets `/sys` be mounted read-only alone (:ro)."], str(near))
    near = [v.get("near") for v in json.loads(eval_call(sys_ro, "--format", "json"))["violations"]]
    t.test("the record of what an exception lets through", near and not any(near), str(near))
    before = t.file("before.yaml", "version: 1\nprofile: none\n")
    near = f"{at} and image, but it lets `/sys` be mounted read-only alone (:ro)."
    changes = eval_call({"Binds": ["/sys:/sys"]}, "--against", before)
    t.test("the report of what changes", f"      {near}\n" in changes, changes)
    changes = json.loads(eval_call({"Binds": ["/sys:/sys"]}, "--against", before, "--format", "json"))
    told = [rule["newly_denied"].get("near") for rule in changes["rules"] if rule["rule"] == "sensitive-mounts"]
    t.test("the same for programs", told == [near], str(told))
    for far in [message(pid, image="prom/alertmanager:v1"), message({"CapAdd": ["SYS_ADMIN"]})]:
        t.test("nothing near", far.startswith("deny") and "exception" not in far, far)


LIMITS = """version: 1
profile: none
rules:
  memory-limit: { action: deny, max: 4g, bound_swap: true }
  pids-limit: { action: deny, max: 100 }
  host-pid: deny
"""


def test_unbound(t):
    """What the exception cannot bind it says, a sentence on a line; an id needs the log that it stands in."""
    policy = ["--policy", t.file("limits.yaml", LIMITS)]
    made = t.run("except", *policy, "-", text=json.dumps(call("/v1.41/containers/create",
                 {"Image": "bb", "HostConfig": {"Memory": 1 << 30, "MemorySwap": 1 << 30, "PidsLimit": 9, "PidMode": "host"}}, "kim")))
    for words in ["other images: the name in the call may mean several", "containers of other names"]:
        t.test(f"says {words}", f"# It also lets through {words}.\n" in made.stdout, made.stdout, made.stderr)
    t.test("fits a terminal", all(len(line) <= 80 for line in made.stdout.splitlines()), made.stdout)
    record = t.decide(call("/v1.41/containers/create", {"Image": "db:1", "HostConfig": {"PidMode": "host"}}, "kim"),
                      "--policy", t.file("pid.yaml", "version: 1\nprofile: none\nrules: { host-pid: deny }\n"))[1]
    made = t.run("except", "--policy", t.file("more.yaml", "version: 1\nprofile: steps\n"), "-", text=record)
    found = re.search(r"^# The record does not show what these rules find:\n((?:#   .*\n)+)# Is --policy", made.stdout, re.MULTILINE)
    t.test("rules that are not shown", found and "memory-limit," in found[1] and "host-pid" not in found[1]
           and found[1].count("\n") > 2 and all(len(line) <= 80 for line in found[1].splitlines()), made.stdout, made.stderr)
    told = t.run("except", *policy, "66168239bcd78")
    t.test("an id without --log", told.returncode == 2 and "--log FILE names the log" in told.stderr, told.stderr)


def test_bounds(t):
    """What is only too large gets a larger bound, and no way past its rule."""
    policy = ["--policy", t.file("limits.yaml", LIMITS)]
    too_large = {"Memory": 6 << 30, "PidsLimit": 250}

    def asked(**host):
        return call("/v1.41/containers/create?name=db", {"Image": "db:1", "HostConfig": {**too_large, **host}}, "kim")

    made = t.run("except", *policy, "-", text=t.decide(asked(), *policy)[1])
    for words in ["memory-limit: { max: 6g }\n", "pids-limit: { max: 250 }\n"]:
        t.test(f"says {words}", words in made.stdout and "rules:" not in made.stdout and "values:" not in made.stdout
               and "# It also" not in made.stdout and "# The record" not in made.stdout, made.stdout, made.stderr)
    t.test("the request tells the same", t.run("except", *policy, "-", text=json.dumps(asked())).stdout.splitlines()[1:]
           == made.stdout.splitlines()[1:])
    with_it = ["--policy", t.file("with.yaml", LIMITS + made.stdout)]
    outcome, record = t.decide(asked(), *with_it)
    t.test("passes, by name", outcome == "allow" and record.count('"exception":"db"') == 2, record)
    for host in [{"Memory": (6 << 30) + 1}, {"Memory": 0}, {"PidsLimit": 251}, {"PidsLimit": -1}, {"MemorySwap": -1},
                 {"PidMode": "host"}]:
        t.test(f"denied with {host}", t.denied(asked(**host), *with_it))
    # The record of a call that options let through says so, and another largest value is told from it.
    for most, told in [("6g", "0 newly denied"), ("5g", "1 newly denied")]:
        other = t.file("other.yaml", LIMITS + made.stdout.replace("max: 6g", f"max: {most}"))
        compared = t.run("eval", "--policy", other, "--against", with_it[1], "-", text=record)
        t.test(f"compared with {most}", told in compared.stdout, compared.stdout, compared.stderr)

    both = t.run("except", *policy, "-", text=t.decide(asked(PidMode="host"), *policy)[1])
    t.test("beside another rule", "    rules: [host-pid]\n    options:\n" in both.stdout and "      - host\n" in both.stdout,
           both.stdout, both.stderr)
    swap = t.run("except", *policy, "-", text=t.decide(asked(MemorySwap=-1), *policy)[1])
    t.test("not too large alone", "rules: [memory-limit]\n" in swap.stdout and "pids-limit: { max: 250 }" in swap.stdout,
           swap.stdout, swap.stderr)


BOUNDS = LIMITS + """exceptions:
  - name: big
    options: { memory-limit: { max: 8g } }
    when: { user: ops-1 }
    reason: SEC-1
    owner: ops@example.com
    expires: 2099-01-01
"""


def test_near_bounds(t):
    """A denial tells what the options of an exception make of it, and of which requests they are."""
    policy = t.file("bounds.yaml", BOUNDS)

    def message(memory, user="ops-1"):
        asked = call(CREATE, {"Image": "nginx", "HostConfig": {"Memory": memory, "PidsLimit": 10}}, user)
        return " ".join(t.run("eval", "--policy", policy, "-", text=json.dumps(asked)).stdout.split())

    at = f"The exception big ({policy}:8) is for this rule"
    t.test("within", message(8 << 30).startswith("allow"), message(8 << 30))
    for told, expected in [
            (message(9 << 30), f"{at} and user, but its options deny it too: HostConfig.Memory is 9g, more than the 8g "
             "that the policy allows."),
            (message(6 << 30, "kim"), f"{at}, but it is for the user `ops-1`, not for `kim`.")]:
        t.test(expected, told.startswith("deny") and (expected in told) == ("kim" not in expected), told)


CHECKED = """version: 1
profile: none
rules: { memory-limit: { action: deny, max: 4g } }
scopes:
  - { name: small, when: { user: "dev-*" }, rules: { memory-limit: { max: 1g } } }
exceptions:
  - name: big
    options: { memory-limit: { max: 8g } }
    when: { user: ops-1 }
    reason: SEC-1
    owner: ops@example.com
    expires: 2099-01-01
"""


def test_check_bounds(t):
    """check warns of options that open nothing, of those of a rule that is off, and of those that are for all."""
    nothing = "opens nothing: its options of `memory-limit` ask for no less than the rule's own"
    for name, text, told in [
            ("fine", CHECKED, None),
            ("as large as the rule's", CHECKED.replace("8g", "4g"), None),  # larger than the scope's
            ("as large as in the scope", CHECKED.replace("8g", "1g"), nothing),
            ("another option of the rule", CHECKED.replace("max: 8g", "min: 64m"), nothing),
            ("off", CHECKED.replace("options: {", "options: { pids-limit: { max: 9 },"), "no effect on `pids-limit`, which is off"),
            ("for all", CHECKED.replace("user: ops-1", 'user: "*"'), "matches every request with a name; options for all")]:
        checked = t.run("check", "-", text=text)
        t.test(f"check: {name}", checked.returncode == 0 and (told in checked.stdout if told else "warning" not in checked.stdout),
               checked.stdout)


HALF = """version: 1
exceptions:
  - name: socket
    rules: [docker-socket]
    when: { user: ops }
    values: [/var/run/docker.sock]
    reason: SEC-1
    owner: ops@example.com
    expires: 2099-01-01
"""


def test_half(t):
    """check says which rule an exception forgot, and only where it did."""
    told = "does not open `/var/run/docker.sock`: `sensitive-mounts` denies a mount of it as well"
    for name, text, warned in [
            ("one rule", HALF, True),
            ("both rules", HALF.replace("[docker-socket]", "[docker-socket, sensitive-mounts]"), False),
            ("the other is off", HALF + "rules: { sensitive-mounts: warn }\n", False),
            ("the other has one of its own", HALF + HALF.partition("exceptions:\n")[2].replace("socket", "mount").replace(
                "docker-mount", "sensitive-mounts"), False)]:
        checked = t.run("check", "-", text=text)
        t.test(f"check: {name}", checked.returncode == 0 and (told in checked.stdout) == warned, checked.stdout)


def test_stars(t):
    """Stars of the call's own: nothing takes their meaning from them in a policy, so it is said what they match besides."""
    policy = ["--policy", t.file("binds.yaml", "version: 1\nname: b\nprofile: none\nrules: { bind-sources: { action: deny } }\n")]

    def bounds(source="/srv", user="ci-7", name="web", image="registry.example.com/app:1"):
        one = call(f"/v1.41/containers/create?name={name}", {"Image": image, "HostConfig": {"Binds": [source + ":/x"]}}, user)
        made = t.run("except", *policy, "-", text=json.dumps(one)).stdout
        return [line for line in made.splitlines() if line.startswith("# It also")] if "- name:" in made else [made]

    t.test("nothing beside it", bounds() == [], bounds())
    for name in ("null", "on", "-", "7"):
        t.test(f"a container called {name}", bounds(name=name) == [], bounds(name=name))
    for told, given in [("other values of bind-sources", {"source": "/s**"}), ("other values of bind-sources", {"source": "/s?v"}),
                        ("other users", {"user": "ci*"}), ("containers of other names", {"name": "w*b"}),
                        ("other images: the name in the call may mean several", {"image": "registry.example.com/a*p:1"}),
                        ("other images: the name in the call may mean several", {"image": "registry.example.com/app:*"})]:
        t.test(f"said of {given}", bounds(**given) == [f"# It also lets through {told}."], bounds(**given))


def main(program):
    with tempfile.TemporaryDirectory() as name:
        t = Tester(str(pathlib.Path(program).resolve()), pathlib.Path(name))
        for test in (test_services, test_words, test_link, test_log, test_levels, test_near, test_unbound, test_bounds,
                     test_near_bounds, test_check_bounds, test_half, test_stars):
            test(t)
    print(f"{t.passed} passed, {t.failed} failed, 0 skipped")
    return bool(t.failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
