#!/usr/bin/env python3
"""effective.py PROGRAM - `rules --policy` shows what a policy makes of each rule, for whom, and which line says so."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/rules.schema.json").read_text(encoding="utf-8"))
DIGEST = "sha256:" + 64 * "a"
COMPANY = """version: 1
name: company
profile: level1
rules:
  memory-limit: { action: deny, max: 16g, final: true }
  sensitive-mounts:
    add: [/srv/secrets]
  host-uts: warn
  bind-sources: { action: deny, allow: [/srv] }
access:
  default: deny
  rules:
    - { users: [kim], allow: ["*"] }
    - users: ["ci-*"]
      allow: [container.*, reads]
    - { users: ["k*"], allow: [reads] }
"""
SITE = f"""version: 1
name: web-01
profile: ./company.yaml
groups: {{ ci: ["ci-*"] }}
mode: enforce
rules:
  "5.10": {{ max: 8g, final: true }}
  read-only-rootfs: warn
  capabilities:
    allow: [CHOWN, NET_RAW]
  bind-sources: off
scopes:
  - name: ci
    when: {{ user: "@ci", operation: container.create }}
    rules:
      read-only-rootfs: off
      memory-limit:
        max: 4g
    reason: thrown away
    owner: build@example.com
  - name: guests
    when: {{ user: "guest-*", not: {{ image: "registry.example.com/**" }} }}
    profile: strict
    rules: {{ host-uts: deny, memory-limit: {{ max: 8g }}, capabilities: {{ allow: [CHOWN] }}, sensitive-mounts: {{ add: [/srv/secrets] }} }}
  - name: elsewhere
    when: {{ host: db-1 }}
    rules: {{ host-uts: deny }}
exceptions:
  - name: agent
    rules: [host-pid, sensitive-mounts]
    when: {{ user: kim, image: "quay.io/agent@{DIGEST}", container: agent }}
    values: [host, {{ value: /proc, read_only: true }}]
    reason: SEC-1
    owner: ops@example.com
    expires: 2999-12-31
  - name: past
    rules: [host-pid]
    when: {{ user: kim, operation: [container.create, container.update] }}
    reason: SEC-2
    owner: ops@example.com
    expires: 2020-02-29
"""
TEXT = """# Policy web-01 on profile ./company.yaml
# Beside each setting stands the line that it comes from; level1 is a profile
#   of the program's own. Options that no file gives are left out; `cis-authz
#   explain RULE` has them.
mode: enforce                            # site.yaml:5
rules:

  # Other than in level1: 5
  capabilities:                          # 5.3
    action: deny                         # level1:N
    allow: [CHOWN, NET_RAW]              # site.yaml:10
    own_network: []                      # level1:N
    require_drop: []                     # level1:N
    # scope guests (site.yaml:21), with user "guest-*", not
    #   { image: "registry.example.com/**" }: allow: [CHOWN] (site.yaml:24),
    #   require_drop: [ALL] (strict:N)
"""
LIMIT = """  memory-limit:                          # 5.10
    action: deny                         # ./company.yaml:5
    final: true                          # ./company.yaml:5
    min: 6m                              # level1:N
    max: 8g                              # site.yaml:7; level1: 0
    bound_swap: false                    # level1:N
    # scope ci (site.yaml:13), with user "@ci", operation container.create:
    #   max: 4g (site.yaml:18)
    # scope guests (site.yaml:21), with user "guest-*", not
    #   { image: "registry.example.com/**" }: bound_swap: true (strict:N)
"""
complaints = []


def run(*words, folder=None, text=None):
    return subprocess.run([PROGRAM, "rules", *words], cwd=folder, input=text, capture_output=True, text=True, check=False)


def expect(what, came, wanted):
    if came != wanted:
        complaints.append(f"{what}:\n  {came!r}, not\n  {wanted!r}")


def shown(folder, *words):
    return run("--policy", "site.yaml", *words, folder=folder).stdout


def told(folder, *words):
    """The same as JSON, by rule; the whole under no name."""
    whole = json.loads(shown(folder, "--format", "json", *words))
    for wrong in jsonschema.Draft7Validator(SCHEMA).iter_errors(whole):
        complaints.append(f"{words}: {list(wrong.path)}: {wrong.message[:200]}")
    return {**{rule["rule"]: rule for rule in whole["rules"]}, None: whole}


def block(text, rule):
    return re.search(rf"^  {rule}:.*\n(?:    .*\n)*", text, re.MULTILINE)[0]


def line_of(place, folder):
    name = place["file"]
    path = folder / name
    if not path.is_file():
        path = ROOT / "docs/profile" / f"{name}.yaml"
    if not path.is_file():
        path = ROOT / "policy/profile" / f"{name}.yaml"
    return path.read_text(encoding="utf-8").splitlines()[place["line"] - 1]


def check_places(rules, folder):
    """Each place is a line on which the rule or the option stands, by its name or number."""
    count = 0
    for name, rule in rules.items():
        if name is None:
            continue
        places = [(rule["from"], ["action", name, rule["number"] or name])]
        places += [(option["from"], [option["name"]]) for option in rule["options"]]
        for scope in rule["scopes"]:
            places += [(scope["at"], [scope["name"]]), (scope["from"], ["action", name, rule["number"] or name])]
            places += [(option["from"], [option["name"]]) for option in scope["options"]]
        places += [(exception["at"], [exception["name"]]) for exception in rule["exceptions"]]
        for place, words in places:
            count += place is not None
            if place and not any(word in line_of(place, folder) for word in words):
                complaints.append(f"{name}: {place} is {line_of(place, folder)!r}, without any of {words}")
    return count


def check_text(folder):
    text = re.sub(r"(level1|strict):\d+", r"\1:N", shown(folder))
    expect("text", text.split("  sensitive-mounts:")[0], TEXT)
    expect("memory-limit", block(text, "memory-limit"), LIMIT)
    expect("read-only-rootfs", block(text, "read-only-rootfs").splitlines()[:3],
           ["  read-only-rootfs: warn                 # 5.12, site.yaml:8; level1: deny",
            "    # scope ci (site.yaml:13), with user \"@ci\", operation container.create: off",
            "    #   (site.yaml:16)"])
    expect("host-pid", block(text, "host-pid"),
           "  host-pid: deny                         # 5.15, level1:N\n"
           "    # exception agent (site.yaml:29), until 2999-12-31, with user kim, image\n"
           "    #   \"quay.io/agent@sha256:aaaaaaaaaaaa...\", container agent, values [host,\n"
           "    #   { value: /proc, read_only: true }]\n"
           "    # exception past (site.yaml:36), ended on 2020-02-29, with user kim,\n"
           "    #   operation [container.create, container.update]\n")
    expect("trusted-users", block(text, "trusted-users").splitlines()[1:],
           ["    # access (./company.yaml:13): { users: [kim], allow: [\"*\"] }",
            "    # access (./company.yaml:14):",
            "    #   { users: [\"ci-*\"], allow: [container.*, reads] }",
            "    # access (./company.yaml:16): { users: [\"k*\"], allow: [reads] }",
            "    # access (./company.yaml:11): its default, where none of its rules decides"])
    expect("too wide", [line for line in text.splitlines() if len(line) > 79], [])
    far = folder / "etc/cis-authz/policies/of-this-host"
    far.mkdir(parents=True)
    for name in ("company.yaml", "site.yaml"):
        (far / name).write_text((folder / name).read_text(encoding="utf-8"), encoding="utf-8")
        (far / name).chmod(0o644)
    text = run("--policy", "etc/cis-authz/policies/of-this-host/site.yaml", folder=folder).stdout
    expect("too wide with a long path", [line for line in text.splitlines() if len(line) > 79], [])
    expect("where it fits", block(text, "read-only-rootfs").splitlines()[:2],
           ["  read-only-rootfs: warn",
            "       # 5.12, etc/cis-authz/policies/of-this-host/site.yaml:8; level1: deny"])
    expect("nearer", block(text, "memory-limit").splitlines()[4:6],
           ["    max: 8g                   # etc/cis-authz/policies/of-this-host/site.yaml:7",
            "                                         # level1: 0"])


def names(rule, what):
    return [one["name"] for one in rule[what]]


def check_question(folder):
    anybody = told(folder)
    expect("anybody", (anybody[None]["scope"], names(anybody["read-only-rootfs"], "scopes")), (None, ["ci", "guests"]))
    expect("places", check_places(anybody, folder) > 100, True)

    kim = told(folder, "--user", "kim")
    expect("kim's scopes", names(kim["read-only-rootfs"], "scopes"), [])
    expect("kim's exceptions", names(kim["host-pid"], "exceptions"), ["agent", "past"])
    # The first that is for all such calls is the last that is of interest.
    expect("kim's access", [one["at"]["line"] for one in kim[None]["access"]], [13])
    ci = told(folder, "--user", "ci-7")
    expect("ci-7's access", [one["at"]["line"] for one in ci[None]["access"]], [14])
    for operation, lines in (("container.list", [13, 14, 16]), ("image.pull", [13]), ("container.start", [13, 14])):
        asked = told(folder, "--operation", operation)
        expect(f"access to {operation}", [one["at"]["line"] for one in asked[None]["access"]], lines)
    kate = told(folder, "--user", "kate", "--operation", "image.pull")
    expect("kate's pulls", kate[None]["access"], [])
    # Off by the profile, on by the company, off again here: what it listed meanwhile has no effect.
    expect("off again", (kim["bind-sources"]["changed"], kim["bind-sources"]["from"]),
           (False, {"file": "site.yaml", "line": 11}))
    left = shown(folder, "--user", "kim")
    expect("what is known is not asked for", "with user" in left, False)
    expect("what is not known is", "# exception past (site.yaml:36), ended on 2020-02-29, with operation" in left, True)

    other = told(folder, "--user", "kimberly")
    expect("kimberly's exceptions", names(other["host-pid"], "exceptions"), [])

    ci = told(folder, "--user", "ci-7", "--operation", "container.create")
    expect("ci-7's scope", (ci[None]["scope"], ci["read-only-rootfs"]["action"], ci["read-only-rootfs"]["from"]["line"],
                            ci["read-only-rootfs"]["scopes"]), ("ci", "off", 16, []))
    limits = {one["name"]: (one["value"], one["from"]) for one in ci["memory-limit"]["options"]}
    expect("ci-7's limit", limits["max"], (4 << 30, {"file": "site.yaml", "line": 18}))
    expect("ci-7's text", "# The scope ci (site.yaml:13) is for them, and its settings stand here\n"
           in shown(folder, "--user", "ci-7", "--operation", "container.create"), True)
    start = told(folder, "--user", "ci-7", "--operation", "network.create")
    expect("ci-7 makes a network", (start[None]["scope"], start["read-only-rootfs"]["judges"], start["trusted-users"]["judges"]),
           (None, False, True))
    expect("rules that do not judge it are left out", "read-only-rootfs:" in
           shown(folder, "--user", "ci-7", "--operation", "network.create"), False)

    # `not`: what it shuts out, what it does not, and where nobody can tell.
    expect("guest", [names(told(folder, "--user", "guest-1")["host-uts"], "scopes")], [["guests"]])
    expect("guest with nginx", told(folder, "--user", "guest-1", "--image", "nginx")[None]["scope"], "guests")
    shut = told(folder, "--user", "guest-1", "--image", "registry.example.com/a:1")
    expect("guest with an image that is shut out", (shut[None]["scope"], names(shut["host-uts"], "scopes")), (None, []))
    # An ID may be any image: the stricter side is taken, as for a request.
    expect("guest with an ID", told(folder, "--user", "guest-1", "--image", "cafe")[None]["scope"], "guests")

    for image, found in [(f"quay.io/agent@{DIGEST}", ["agent", "past"]), ("quay.io/agent", ["past"]), (f"quay.io/agent:1@{DIGEST}", ["agent", "past"]),
                         (f"docker.io/quay.io/agent@{DIGEST}", ["past"])]:
        expect(f"exceptions with {image}", names(told(folder, "--image", image)["host-pid"], "exceptions"), found)
    # A container that nobody asked about may be the one; a pull is about none.
    expect("pull", names(told(folder, "--operation", "image.pull")["host-pid"], "exceptions"), [])
    expect("nobody", names(told(folder, "--user", "")["host-pid"], "exceptions"), [])

    there = told(folder, "--host", "db-1")
    expect("host", (there[None]["host"], there[None]["scope"]), ("db-1", "elsewhere"))


BOUNDS = f"""version: 1
profile: none
rules: {{ memory-limit: {{ action: deny, max: 4g }}, host-pid: deny }}
exceptions:
  - name: big
    rules: [host-pid]
    values: [host]
    options: {{ memory-limit: {{ max: 8g }} }}
    when: {{ user: "ops-*", image: "docker.io/library/db" }}
    reason: SEC-1
    owner: ops@example.com
    expires: 2999-12-31
access:
  default: deny
  rules:
    - {{ users: ["ops-*"], images: ["docker.io/library/db:1"], allow: [container.create] }}
    - {{ users: ["ops-*"], images: ["docker.io/library/old:1"], deny: [container.create] }}
    - {{ users: ["ops-*"], allow: [run] }}
"""


def check_bounds(folder):
    """Options of an exception, and rules of `access` that are for some images."""
    policy = folder / "bounds.yaml"
    policy.write_text(BOUNDS, encoding="utf-8")
    policy.chmod(0o644)

    def lines(*words):
        text = run("--policy", "bounds.yaml", *words, folder=folder).stdout
        return re.sub(r"\n +#   ", " ", text)

    every, exception = lines(), "exception big (bounds.yaml:5), until 2999-12-31"
    expect("options where the rule has them", f"{exception}, with user \"ops-*\", image \"docker.io/library/db\", "
           "options { memory-limit: { max: 8g } }\n" in every, True)
    expect("values where the rule is named", "image \"docker.io/library/db\", values [host]\n" in every, True)
    whole = json.loads(run("--policy", "bounds.yaml", "--format", "json", folder=folder).stdout)
    expect("the schema", [wrong.message for wrong in jsonschema.Draft7Validator(SCHEMA).iter_errors(whole)], [])
    create = ("--user", "ops-1", "--operation", "container.create", "--image")
    for words, rules in [((), [16, 17, 18]), (("--user", "ops-1"), [16, 17, 18]), (("--user", "kim"), []),
                         ((*create, "db:1"), [16]), ((*create, "old:1"), [17]), ((*create, "bb:1"), [18]),
                         ((*create, DIGEST), [17]), ((*create, f"old@{DIGEST}"), [17]),
                         (("--user", "ops-1", "--operation", "container.start"), [18])]:
        found = [int(line) for line in re.findall(r"access \(bounds.yaml:(\d+)\): \{", lines(*words))]
        expect(f"rules of access for {words}", found, rules)


def settings(whole):
    """Of the rules that are on; options of the others have no effect, and are not shown."""
    return {rule["rule"]: (rule["action"], {o["name"]: o["value"] for o in rule["options"]} if rule["action"] != "off" else {})
            for rule in whole["rules"]}


def check_values(folder):
    """What is shown, read again as a policy, sets every rule as the policy does."""
    policies = sorted((ROOT / "policy/examples").glob("*.yaml")) + [folder / "site.yaml"]
    texts = [path.read_text(encoding="utf-8") for path in policies]
    texts += [f"version: 1\nprofile: {name}\n" for name in ("baseline", "steps", "level1", "level2", "strict", "none")]
    for text in texts:
        (folder / "one.yaml").write_text(text, encoding="utf-8")
        (folder / "one.yaml").chmod(0o644)
        flat = run("--policy", "./one.yaml", folder=folder).stdout
        again = run("--policy", "-", "--format", "json", folder=folder, text="version: 1\nprofile: none\n" + flat)
        if again.returncode != 0:
            complaints.append(f"{text[:60]}: {again.stderr[:300]}")
            continue
        was = settings(json.loads(run("--policy", "./one.yaml", "--format", "json", folder=folder).stdout))
        now = settings(json.loads(again.stdout))
        for rule in was:
            expect(f"{text[:60]}, {rule}", now[rule], was[rule])


def check_profile(folder):
    """A policy that says nothing, and one that says the same as its profile, are as the profile."""
    for text in ("version: 1\n", "version: 1\nrules: { privileged: deny }\n"):
        came = run("--policy", "-", "--format", "json", folder=folder, text=text)
        expect(text, [r["rule"] for r in json.loads(came.stdout)["rules"] if r["changed"]], [])
    came = run("--policy", "-", folder=folder, text="version: 1\nprofile: none\naccess: { rules: [{ users: [a], allow: [reads] }] }\n")
    expect("access switches the rule on", [line for line in came.stdout.splitlines() if "trusted-users:" in line],
           ["  trusted-users: deny                    # 1.6, -:3; none: off"])


def check_usage(folder):
    wrong = {
        ("--operations", "--user", "a"): "--operations lists the same whatever --user says",
        ("--operations", "--policy", "site.yaml"): "--operations lists the same whatever --policy says",
        ("--format", "names", "--image", "a"): "--format names lists the same whatever --image says",
        ("--operation", "container.crate"): "--operation must be one operation, such as container.create, not 'container.crate'; "
                                            "`cis-authz rules --operations` lists them",
        ("--operation", "reads"): "--operation must be one operation, such as container.create, not 'reads'; `cis-authz rules --operations` lists them",
        ("--image", "nginx*"): "--image must be one image, such as nginx:1.27, not 'nginx*'",
        ("--image", ""): "--image must be one image, such as nginx:1.27, not ''",
        ("--host", "web-*"): "--host must be the name of a host, as `uname -n` prints it, not 'web-*'",
        ("site.yaml",): "there is no place for 'site.yaml'",
    }
    for words, message in wrong.items():
        came = run(*words, folder=folder)
        expect(f"{words}", (came.returncode, came.stderr, came.stdout),
               (2, f"cis-authz rules: {message}\nTry 'cis-authz rules --help'.\n", ""))
    came = run("--policy", "./missing.yaml", folder=folder)
    expect("a policy that is not there", (came.returncode, came.stdout), (1, ""))


with tempfile.TemporaryDirectory() as name:
    FOLDER = pathlib.Path(name)
    for file, content in (("company.yaml", COMPANY), ("site.yaml", SITE)):
        (FOLDER / file).write_text(content, encoding="utf-8")
        (FOLDER / file).chmod(0o644)
    for test in (check_text, check_question, check_bounds, check_values, check_profile, check_usage):
        test(FOLDER)
print("\n".join(complaints))
sys.exit(1 if complaints else 0)
