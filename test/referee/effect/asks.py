"""What is asked for: every danger through every door, and what harmless clients ask.

A variant is one request, or two where the first prepares what the second uses.
"""

import json
import urllib.parse
from dataclasses import dataclass

import bait
import dangers
import engine
import spelling

ROUTE_WORDS = ["build", "auth", "exec", "start", "create", "json", "containers", "prune", "grpc", "session", "v1"]
FORM = "application/x-www-form-urlencoded"
TAR = "application/x-tar"


@dataclass
class Variant:
    kind: str  # "door danger"
    requests: list  # drafts
    dangerous: bool
    shown: bool = True  # whether its effect can be seen


def settings(rng, but=None):
    names = rng.sample(sorted(dangers.HARMLESS), rng.randint(0, 4))
    return {"NetworkMode": "none", **{name: dangers.HARMLESS[name] for name in names if name != but}}


def draft(method, path, body=None, hot=(), **more):
    made = spelling.Draft(method, path, body=spelling.tree(body), **more)
    made.heat(hot)
    return made


def quoted(text):
    return urllib.parse.quote(text, safe="")


def hide(rng, made):
    """Its body, by a second type, which is the one that the daemon shows."""
    made.types = [made.media, rng.choice(["", "", "text/plain"])]
    made.framing = rng.choice(["chunked", "length"])
    return made


def nested(keys, value):
    for key in reversed(keys):
        value = {key: value}
    return value


def unique(asked):
    asked.number += 1
    return f"{asked.rng.choice(ROUTE_WORDS)}-{asked.number}"


def create(asked, host_config, hot, **beside):
    body = {"Image": "tiny", "Cmd": ["/file"], "Env": ["A=b"], "User": asked.rng.choice(dangers.HARMLESS_USERS),
            "HostConfig": {"NetworkMode": "none", **host_config}, **beside}
    return draft("POST", "/containers/create", body, hot, query=[("name", unique(asked))])


def service_body(name, keys=(), value=None):
    body = engine.service_spec(name)
    at = body
    for key in keys[:-1]:
        at = at[key]
    if keys:
        at[keys[-1]] = value
    return body


class Asks:
    """Makes variants; the same seed makes the same ones."""

    def __init__(self, rng, daemon):
        self.rng, self.daemon, self.number = rng, daemon, 0

    # --- Dangerous, by door -------------------------------------------------------------------

    def by_create(self, danger):
        key, value = dangers.CONTAINER[danger](self.rng)
        return [create(self, {**settings(self.rng, key), key: value}, ("HostConfig", key))]

    def by_beside(self, danger):
        keys, value = dangers.BESIDE[danger](self.rng)
        host_config = {**settings(self.rng), "NetworkMode": engine.FRONT}
        return [create(self, host_config, keys, **nested(keys, value))]

    def by_start(self, danger):
        """Engines before 25 replace the settings of a container by those that come with its start."""
        key, value = dangers.CONTAINER[danger](self.rng)
        wrapped = self.rng.random() < 0.5
        body, hot = ({"HostConfig": {key: value}}, ("HostConfig", key)) if wrapped else ({key: value}, (key,))
        version = f"v1.{self.rng.randint(12, 23)}"
        return [draft("POST", f"/containers/{engine.STOPPED}/start", body, hot, version=version)]

    def by_exec(self, danger):
        asked = {"privileged": ("Privileged", True), "user": ("User", self.rng.choice(dangers.ROOTS))}[danger]
        path = f"/containers/{self.rng.choice(engine.RUNNING)}/exec"
        return [draft("POST", path, {"Cmd": ["true"], asked[0]: asked[1]}, asked[:1])]

    def by_volume(self, danger):
        """Made first, and then used by name."""
        name = unique(self)
        body = {"Name": name, "Driver": "local", "DriverOpts": dangers.device_options(self.rng)}
        made = draft("POST", "/volumes/create", body, ("DriverOpts",))
        used = self.rng.choice([("Binds", [f"{name}:/mnt"]),
                                ("Mounts", [{"Type": "volume", "Source": name, "Target": "/mnt", "ReadOnly": True}])])
        return [made, create(self, dict([used]), ("HostConfig",))]

    def by_service(self, danger):
        keys, value = dangers.SERVICE[danger](self.rng)
        return [draft("POST", "/services/create", service_body(unique(self), keys, value), keys)]

    def update(self, keys, value):
        return draft("POST", f"/services/{engine.SERVICE}/update", service_body(engine.SERVICE, keys, value), keys,
                     query=[("version", self.daemon.service_version(engine.SERVICE))])

    def by_update(self, danger):
        return [self.update(*dangers.UPDATE[danger](self.rng))]

    def by_rollback(self, danger):
        """The body is not what happens."""
        query = [("version", self.daemon.service_version(engine.ROLLBACK)),
                 ("rollback", self.rng.choice(["previous", "previous", "%70revious", "previ%6Fus"]))]
        body = engine.service_spec(engine.ROLLBACK)
        return [draft("POST", f"/services/{engine.ROLLBACK}/update", body, ("TaskTemplate",), query=query)]

    def by_build(self, danger):
        context = engine.tar({"Dockerfile": b"FROM bb\nRUN true\n"})
        query = [("networkmode", self.rng.choice(["host", "h%6fst", f"container:{engine.PRIVILEGED}"])), ("rm", "0")]
        return [draft("POST", "/build", context, query=query, media=TAR)]

    def by_output(self, danger):
        """A builder's way to name what it makes."""
        name = f"trusted-{unique(self)}"
        names = self.rng.choice([name, f"docker.io/library/{name}", f"{name}:1", f"example.org/a/b,{name}"])
        kind, attributes = self.rng.choice([("Type", "Attrs"), ("type", "attrs"), ("TYPE", "ATTR\u017f")])
        output = json.dumps([{kind: "moby", attributes: {"name": names}}])
        context = engine.tar({"Dockerfile": f"FROM scratch\nLABEL a={self.number}\n".encode()})
        return [draft("POST", "/build", context, query=[("version", "2"), ("outputs", quoted(output))], media=TAR)]

    def by_naming(self, danger):
        name = f"trusted-{unique(self)}"
        repository = self.rng.choice([name, f"docker.io/{name}", f"docker.io/library/{name}", f"library/{name}",
                                      f"index.docker.io/{name}"])
        return [{
            "tag": lambda: draft("POST", "/images/tiny/tag", query=[("repo", repository), ("tag", "1")]),
            "commit": lambda: draft("POST", "/commit", query=[("container", engine.STOPPED), ("repo", repository)]),
            "import": lambda: draft("POST", "/images/create", engine.tar({"file": name.encode()}), media=TAR,
                                    query=[("fromSrc", "-"), ("repo", repository)]),
        }[danger]()]

    def by_commit(self, danger):
        change = self.rng.choice(["USER", "user", "UsER"]) + " " + self.rng.choice(["root", "0", "0:5:x", "00", "+0"])
        query = [("container", engine.STOPPED), ("repo", f"example.org/{unique(self)}"), ("changes", quoted(change))]
        return [draft("POST", "/commit", query=query)]

    def by_hidden_body(self, danger):
        query = [("container", engine.STOPPED), ("repo", f"example.org/{unique(self)}")]
        made = draft("POST", "/commit", {"User": "root", "Cmd": ["true"]}, ("User",), query=query)
        return [hide(self.rng, made)]

    def by_hidden_form(self, danger):
        """But a build, and an import that is sent along: their bodies are never shown (docs/threat-model.md)."""
        name = unique(self)
        path, fields, query = {
            "tag": ("/images/tiny/tag", {"repo": f"trusted-{name}"}, [("repo", f"example.org/{name}")]),
            "rename": (f"/containers/{engine.STOPPED}/rename", {"name": f"{engine.OWN}.{self.number}"}, [("name", name)]),
            "pull": ("/images/create", {"fromImage": f"127.0.0.1:{bait.PORT}/{name}"}, [("fromImage", "bb")]),
            "import": ("/images/create", {"fromImage": "", "fromSrc": f"http://127.0.0.1:{bait.PORT}/{name}"},
                       [("fromImage", "bb")]),
        }[danger]
        form = "&".join(f"{key}={quoted(value)}" for key, value in fields.items()).encode()
        return [hide(self.rng, draft("POST", path, form, query=query, media=FORM))]

    def by_connect(self, danger):
        """To the default bridge, of a container that is on a network of its own."""
        by_id = engine.beginning(self.rng, "bridge")
        inner = {"Container": engine.STOPPED}
        if danger == "endpoint":
            inner["EndpointConfig"] = {"NetworkID": self.rng.choice(["bridge", by_id])}
        network = {"name": "bridge", "id": by_id, "endpoint": engine.BACK}[danger]
        return [draft("POST", f"/networks/{network}/connect", inner, ("Container",))]

    def by_network(self, danger):
        body = {"Name": unique(self), **dangers.NETWORKS[danger](self.rng)}
        return [draft("POST", "/networks/create", body, (list(body)[1],))]

    def by_fetch(self, danger):
        """What only the daemon can reach; the number tells one from another."""
        name = unique(self)
        host = f"{self.rng.choice(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', 'LOCALHOST'])}:{bait.PORT}"
        registry = f"{self.rng.choice(['127.0.0.1', 'localhost'])}:{bait.PORT}/a/{name}"
        url = f"http://{host}/{name}"
        return [{
            "import": lambda: draft("POST", "/images/create", query=[("fromSrc", self.rng.choice([url, quoted(url)]))]),
            "build": lambda: draft("POST", "/build", query=[("remote", self.rng.choice([url, quoted(url)]))]),
            "pull": lambda: draft("POST", "/images/create", query=[("fromImage", registry), ("tag", "1")]),
            "look": lambda: draft("GET", f"/distribution/{registry}/json"),
            "search": lambda: draft("GET", "/images/search", query=[("term", registry)]),
        }[danger]()]

    def by_swarm(self, danger):
        """Somebody else's signer makes managers of this swarm."""
        signer = {"Protocol": self.rng.choice(["cfssl", "CFSSL", "cf\u017f\u017fl"]), "URL": "https://127.0.0.1:1/"}
        spec = {**self.daemon.swarm, "CAConfig": {**self.daemon.swarm["CAConfig"], "ExternalCAs": [signer]}}
        return [draft("POST", "/swarm/update", spec, ("CAConfig", "ExternalCAs"),
                      query=[("version", self.daemon.swarm_version())])]

    def by_own(self, danger):
        """The plugin's container, by each of its names."""
        name = {"name": engine.OWN, "id": engine.beginning(self.rng, "own"), "link": engine.LINKED}[danger]
        path = f"/containers/{name}"
        return [self.rng.choice([
            lambda: draft("POST", f"{path}/stop", query=[("t", "0")]),
            lambda: draft("POST", f"{path}/kill"),
            lambda: draft("POST", f"{path}/restart", query=[("t", "0")]),
            lambda: draft("POST", f"{path}/pause"),
            lambda: draft("POST", f"{path}/rename", query=[("name", unique(self))]),
            lambda: draft("POST", f"{path}/update", {"CpuShares": self.rng.randint(2, 1000)}, ("CpuShares",)),
            lambda: draft("POST", f"{path}/exec", {"Cmd": ["true"]}, ("Cmd",)),
            lambda: draft("POST", f"/networks/{engine.FRONT}/connect", {"Container": name}, ("Container",)),
        ])()]

    def by_own_service(self, danger):
        name = {"name": engine.OWN, "id": engine.beginning(self.rng, "own service")}[danger]
        version = self.daemon.service_version(engine.OWN)
        body = service_body(engine.OWN, (*dangers.SPEC, "Env"), [f"N={self.number}"])
        return [draft("POST", f"/services/{name}/update", body, ("TaskTemplate",), query=[("version", version)])]

    def by_unseen(self, danger):
        """Whose effect would take another machine, or be the end of what the referee needs."""
        join = {"ListenAddr": "127.0.0.1:2377", "RemoteAddrs": ["127.0.0.1:1"], "JoinToken": "SWMTKN-1-x-y"}
        path = {"name": engine.OWN, "id": engine.beginning(self.rng, "own"), "link": engine.LINKED}
        return [{
            "join": lambda: draft("POST", "/swarm/join", join),
            "removal": lambda: draft("DELETE", f"/containers/{self.rng.choice(sorted(path.values()))}",
                                     query=[("force", "1")]),
            "push": lambda: draft("POST", f"/images/127.0.0.1:{bait.PORT}/a/push"),
            "service removal": lambda: draft("DELETE", f"/services/{engine.OWN}"),
        }[danger]()]

    def by_plugin(self, danger):
        config = (b'{"description":"","interface":{"types":["docker.volumedriver/1.0"],"socket":"x.sock"},'
                  b'"entrypoint":["/x"],"network":{"type":"host"},"linux":{"capabilities":["CAP_SYS_ADMIN"]}}')
        context = engine.tar({"config.json": config, "rootfs/x": b""})
        return [draft("POST", "/plugins/create", context, query=[("name", unique(self))], media="application/x-tar")]

    # --- Harmless, by door --------------------------------------------------------------------

    def plain_create(self):
        return [create(self, settings(self.rng), ("HostConfig",))]

    def plain_exec(self):
        path = f"/containers/{self.rng.choice(engine.RUNNING)}/exec"
        body = {"Cmd": ["true"], "Privileged": False, "User": "", "Env": ["A=b"], "AttachStdout": True}
        return [draft("POST", path, body, ("Cmd",))]

    def plain_volume(self):
        body = {"Name": unique(self), "Labels": {"a": "b"}, "DriverOpts": self.rng.choice(dangers.HARMLESS_VOLUMES)}
        return [draft("POST", "/volumes/create", body, ("Name",))]

    def plain_service(self):
        keys = (*dangers.SPEC, "Mounts")
        mounts = [{**mount, "Type": dangers.folded(self.rng, mount["Type"])} for mount in dangers.HARMLESS["Mounts"]]
        return [draft("POST", "/services/create", service_body(unique(self), keys, mounts), keys)]

    def plain_service_update(self):
        return [self.update((*dangers.SPEC, "Env"), [f"N={self.number}"])]

    def plain_update(self):
        body = {"CpuShares": self.rng.randint(2, 1024)}
        return [draft("POST", f"/containers/{engine.STOPPED}/update", body, ("CpuShares",))]

    def plain_kill(self):
        """With the type of a body that is not there, as some libraries send it."""
        path = f"/containers/{self.rng.choice(engine.RUNNING)}"
        made = draft("POST", f"{path}/kill", query=[("signal", "URG")])
        made.types = self.rng.choice([["application/json"], [""], []])
        return [made]

    def plain_rename(self):
        made = create(self, {}, ())
        return [made, draft("POST", f"/containers/{made.query[0][1]}/rename", query=[("name", unique(self))])]

    def plain_image(self):
        name = f"example.org/{unique(self)}"
        return [self.rng.choice([
            lambda: draft("POST", "/images/tiny/tag", query=[("repo", name)]),
            lambda: draft("POST", "/commit", query=[("container", engine.STOPPED), ("repo", name),
                                                    ("changes", "USER%201000:1000")]),
            lambda: draft("POST", "/images/create", engine.tar({"file": name.encode()}), media=TAR,
                          query=[("fromSrc", "-"), ("repo", name)]),
            lambda: draft("POST", "/images/create", query=[("repo", name),
                                                           ("fromSrc", f"http://127.0.0.1:{bait.LISTED}/{self.number}")]),
        ])()]

    def plain_network(self):
        body = {"Name": unique(self), "Driver": self.rng.choice(["bridge", "overlay"]), "Attachable": True}
        return [draft("POST", "/networks/create", body, ("Driver",))]

    def plain_connect(self):
        made = create(self, {"NetworkMode": engine.FRONT}, ())
        network = {"Name": f"net-{unique(self)}", "Driver": "bridge"}
        return [made, draft("POST", "/networks/create", network),
                draft("POST", f"/networks/{network['Name']}/connect", {"Container": made.query[0][1]}, ("Container",))]

    def plain_swarm(self):
        spec = {**self.daemon.swarm, "Labels": {"n": str(self.number)}}
        return [draft("POST", "/swarm/update", spec, ("Labels",), query=[("version", self.daemon.swarm_version())])]

    # --- Both ---------------------------------------------------------------------------------

    def kinds(self):
        """Every door with every danger that it has, how often it is taken, and what makes it."""
        doors = [(self.by_create, dangers.CONTAINER, 4), (self.by_beside, dangers.BESIDE, 8),
                 (self.by_start, dangers.CONTAINER, 1),
                 (self.by_exec, ["privileged", "user"], 4), (self.by_volume, ["device"], 12),
                 (self.by_service, dangers.SERVICE, 3), (self.by_update, dangers.UPDATE, 2),
                 (self.by_rollback, ["previous"], 6),
                 (self.by_build, ["network"], 3), (self.by_output, ["name"], 4), (self.by_plugin, ["installed"], 3),
                 (self.by_naming, ["tag", "commit", "import"], 2), (self.by_commit, ["user"], 4),
                 (self.by_hidden_body, ["commit"], 3),
                 (self.by_hidden_form, ["tag", "rename", "pull", "import"], 2),
                 (self.by_connect, ["name", "id", "endpoint"], 3), (self.by_network, dangers.NETWORKS, 3),
                 (self.by_fetch, ["import", "build", "pull", "look", "search"], 1), (self.by_swarm, ["signer"], 4),
                 (self.by_own, ["name", "id", "link"], 3), (self.by_own_service, ["name", "id"], 2)]
        return [(f"{door.__name__[3:]} {danger}", door, danger, often) for door, dangers_of, often in doors
                for danger in dangers_of]

    def dangerous(self):
        if self.rng.random() < 0.02:
            danger = self.rng.choice(["join", "removal", "push", "service removal"])
            return Variant(f"unseen {danger}", self.by_unseen(danger), True, shown=False)
        kinds = self.kinds()
        kind, door, danger, _ = self.rng.choices(kinds, [often for *_, often in kinds])[0]
        made = door(danger)
        spelling.apply(made[0], self.rng, spelling.BODY_TRICKS, spelling.HEAD_TRICKS, 4)
        return Variant(kind, made, True)

    def harmless(self):
        doors = {self.plain_create: 8, self.plain_exec: 4, self.plain_volume: 3, self.plain_service: 2,
                 self.plain_service_update: 2, self.plain_update: 2, self.plain_kill: 2, self.plain_rename: 1,
                 self.plain_image: 3, self.plain_network: 2, self.plain_connect: 1, self.plain_swarm: 1}
        door = self.rng.choices(list(doors), list(doors.values()))[0]
        made = door()
        spelling.apply(made[-1], self.rng, spelling.PLAIN_BODY, spelling.PLAIN_HEAD if made[-1].body else
                       [spelling.plain_version], 3)
        return Variant(door.__name__.replace("_", " "), made, False)
