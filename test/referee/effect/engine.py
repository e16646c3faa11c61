"""The daemon under test, asked in plain words: what the referee needs to be there, what exists, and its removal."""

import io
import json
import os
import signal
import tarfile
import time
from collections import namedtuple

import bait
import judge
import wire

PRIVATE = os.environ["PRIVATE"]
SOCKET = f"{PRIVATE}/docker.sock"
DENIED = b"authorization denied by plugin cis-authz"
BROKEN = b"plugin cis-authz failed"
# Paths of these names look like other routes: /containers/build/exec, /v1.23/containers/create/start.
RUNNING = ["build", "auth", "exec"]
STOPPED = "create"
SERVICE = "services"
# Made before the plugin was in force, with all that no other container may have, nor take from it.
PRIVILEGED = "admin"
# Where the plugin is told that it runs, with a container that is linked to it.
OWN = "cis-authz"
LINKED = f"{PRIVILEGED}-link/own"
# A clean service, whose last spec was not.
ROLLBACK = "rollback-me"
FRONT, BACK = "front-net", "back-net"
IMAGES = ["tiny:latest", "bb:latest"]
IDS = {}  # of what is named by ID, once it is there

Finding = namedtuple("Finding", "kind key name reasons")


def service_spec(name, **more):
    return {"Name": name, "Mode": {"Replicated": {"Replicas": 0}},
            "TaskTemplate": {"ContainerSpec": {"Image": "tiny", **more}}}


def settled(network):
    """A swarm says only a moment later which driver a network has."""
    for _ in range(50):
        if network["Driver"]:
            break
        time.sleep(0.1)
        network = must("GET", f"/networks/{network['Id']}")
    return network


class Failure(Exception):
    """What keeps the referee from saying anything about the plugin."""


def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def request(method, target, body=b"", media="application/json"):
    head = f"{method} {target} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    if body:
        head += f"Content-Type: {media}\r\n"
    return head.encode() + b"\r\n" + body


def call(method, target, body=None):
    return wire.send(SOCKET, request(method, target, b"" if body is None else json.dumps(body).encode()))


def must(method, target, body=None):
    answer = call(method, target, body)
    if not 200 <= answer.status < 300:
        raise Failure(f"{method} {target}: {answer.status} {answer.body.decode(errors='replace')[:300]}")
    return answer.json() if answer.body.strip() else None


def beginning(rng, what):
    """Of an ID, or all of it."""
    whole = rng.choice(IDS[what])
    return whole[:rng.choice([len(whole), 12, 4, rng.randint(1, len(whole))])]


class Engine:
    def __init__(self):
        self.kept = {}  # ids of containers that stay, with their names
        self.dangerous = set()  # ids of those among them that only an administrator could make
        self.networks = set()  # ids of those that stay
        self.judged = set()  # execs and images, which never change
        self.enforced = False
        self.own = self.own_service = None  # how they were left
        self.bait = bait.Bait()

    def make_image(self):
        """Of one small file: each container is a copy of its image here, and few of them are ever started."""
        answer = wire.send(SOCKET, request("POST", "/images/create?fromSrc=-&repo=tiny", tar({"file": b""}),
                                           "application/x-tar"))
        if answer.status != 200:
            raise Failure(f"no image could be imported: {answer.body}")
        self.judged.update(image["Id"] for image in must("GET", "/images/json"))

    def prepare(self):
        """While the plugin is not in force."""
        must("POST", "/swarm/init", {"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"})
        for name in FRONT, BACK:
            must("POST", "/networks/create", {"Name": name})
        self.swarm = must("GET", "/swarm")["Spec"]
        # A swarm has a name of its own for the host's network.
        IDS["host"] = [must("GET", f"/networks/host{scope}")["Id"] for scope in ("", "?scope=swarm")]
        IDS["bridge"] = [must("GET", "/networks/bridge")["Id"]]
        IDS["own"] = [must("GET", f"/containers/{OWN}/json")["Id"]]
        self.kept[IDS["own"][0]] = OWN
        self.keep(PRIVILEGED, {"Privileged": True, "PidMode": "host", "NetworkMode": "host", "IpcMode": "host",
                               "Binds": ["/etc:/mnt"]})
        self.keep(LINKED.partition("/")[0], {"Links": [f"{OWN}:{LINKED.partition('/')[2]}"]})
        self.dangerous.update(self.kept)
        for name in RUNNING:
            self.keep(name, {"NetworkMode": FRONT})
            must("POST", f"/containers/{name}/start")
        self.restock()
        self.networks = {network["Id"] for network in must("GET", "/networks")}

    def keep(self, name, host_config):
        made = must("POST", f"/containers/create?name={name}",
                    {"Image": "bb", "Cmd": ["sleep", "100000"], "HostConfig": host_config})
        self.kept[made["Id"]] = name

    def restock(self):
        """What requests act upon: a container that never ran, services without tasks, and what is the plugin's."""
        if call("GET", f"/containers/{STOPPED}/json").status == 404:
            must("POST", f"/containers/create?name={STOPPED}",
                 {"Image": "tiny", "Cmd": ["/file"], "HostConfig": {"NetworkMode": FRONT}})
        if call("GET", f"/services/{SERVICE}").status == 404:
            must("POST", "/services/create", service_spec(SERVICE))
        if not self.enforced and call("GET", f"/services/{ROLLBACK}").status == 404:
            spec = service_spec(ROLLBACK)
            mount = {"Type": "bind", "Source": "/etc", "Target": "/mnt"}
            made = must("POST", "/services/create", service_spec(ROLLBACK, Mounts=[mount]))
            must("POST", f"/services/{made['ID']}/update?version={self.service_version(ROLLBACK)}", spec)
        if not self.enforced and call("GET", f"/services/{OWN}").status == 404:
            IDS["own service"] = [must("POST", "/services/create", service_spec(OWN))["ID"]]
        self.repair_own()

    def repair_own(self):
        """As far as it can be; what is wrong with it is said once."""
        if self.own != self.own_state():
            key = IDS["own"][0]
            for action in ["unpause", "start", f"rename?name={OWN}"]:
                call("POST", f"/containers/{key}/{action}")
            call("POST", f"/networks/{FRONT}/disconnect", {"Container": key})
            self.own = self.own_state()
        self.own_service = self.own_service_state()

    @staticmethod
    def own_state():
        answer = call("GET", f"/containers/{IDS['own'][0]}/json")
        if answer.status != 200:
            return None
        one = answer.json()
        return (one["Name"], one["State"]["StartedAt"], one["State"]["Status"], one["HostConfig"]["CpuShares"],
                sorted(one["ExecIDs"] or []), sorted(one["NetworkSettings"]["Networks"]))

    @staticmethod
    def own_service_state():
        answer = call("GET", f"/services/{IDS['own service'][0]}")
        return answer.json()["Version"] if answer.status == 200 else None

    @staticmethod
    def service_version(name):
        return must("GET", f"/services/{name}")["Version"]["Index"]

    @staticmethod
    def swarm_version():
        return must("GET", "/swarm")["Version"]["Index"]

    def enforce(self, plugins):
        """Puts the plugins in force; the daemon does not say when it has."""
        wanted = DENIED if plugins else b'"Id"'
        with open(f"{PRIVATE}/daemon.json", "w", encoding="ascii") as file:
            json.dump({"authorization-plugins": plugins}, file)
        with open(f"{PRIVATE}/dockerd.pid", encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGHUP)
        for _ in range(100):
            answer = call("POST", "/containers/create", {"Image": "tiny", "Cmd": ["x"],
                                                         "HostConfig": {"Privileged": True}})
            if wanted in answer.body:
                self.enforced = bool(plugins)
                return
            time.sleep(0.1)
        raise Failure(f"the daemon does not take up its plugins {plugins}: {answer.body}")

    def containers(self):
        for listed in must("GET", "/containers/json?all=1"):
            inspected = must("GET", f"/containers/{listed['Id']}/json")
            key, name = inspected["Id"], inspected["Name"]
            if key not in self.dangerous:
                reasons = judge.container(inspected, self.dangerous, IDS["bridge"][0])
                yield Finding("container", key, name, [*reasons, *judge.name_of_container(name, OWN)])
            for run in set(inspected["ExecIDs"] or []) - self.judged:
                self.judged.add(run)
                reasons = list(judge.execution(must("GET", f"/exec/{run}/json")))
                yield Finding("exec", run, name, reasons)

    def images(self):
        for listed in must("GET", "/images/json"):
            key, tags = listed["Id"], set(listed["RepoTags"] or []) - {*IMAGES, "<none>:<none>"}
            reasons = list(judge.names_of_image(tags))
            if key in self.judged:  # one that stays, but for its new names
                for tag in tags:
                    yield Finding("image", tag, tag, reasons)
            else:
                reasons += judge.image(must("GET", f"/images/{key}/json")["Config"] or {})
                yield Finding("image", key, " ".join(tags), reasons)

    def own_things(self):
        if self.own != self.own_state():
            yield Finding("own", IDS["own"][0], OWN, ["the plugin's own container was changed"])
        if self.own_service != self.own_service_state():
            yield Finding("own service", IDS["own service"][0], OWN, ["the plugin's own service was changed"])

    def existing(self):
        """Everything that there is, with what is dangerous about it."""
        yield from self.own_things()
        yield from self.containers()
        yield from self.images()
        for volume in must("GET", "/volumes")["Volumes"] or []:
            yield Finding("volume", volume["Name"], volume["Name"], list(judge.volume(volume["Options"])))
        for service in must("GET", "/services"):
            reasons = list(judge.service(service["Spec"], {"host", *IDS["host"]}))
            yield Finding("service", service["ID"], service["Spec"]["Name"], reasons)
        for listed in must("GET", "/networks"):
            if listed["Id"] not in self.networks:
                network = settled(listed)
                yield Finding("network", network["Id"], network["Name"], list(judge.network(network)))
        for plugin in must("GET", "/plugins"):
            yield Finding("plugin", plugin["Name"], plugin["Name"], ["installed"])
        for path in self.bait.taken():
            yield Finding("fetch", path, path, ["the daemon went where only it can"])
        signers = must("GET", "/swarm")["Spec"]["CAConfig"].get("ExternalCAs")
        if signers:
            yield Finding("swarm", "swarm", "swarm", [f"others sign for it: {signers}"])

    def remove(self, found):
        """All of it but what is kept; an exec goes with its container."""
        for one in found:
            if one.kind == "container" and one.key not in self.kept:
                must("DELETE", f"/containers/{one.key}?force=1&v=1")
            elif one.kind == "service" and (one.reasons or one.name not in (SERVICE, ROLLBACK, OWN)):
                must("DELETE", f"/services/{one.key}")
            elif one.kind == "own service" and not self.enforced:
                call("DELETE", f"/services/{one.key}")
            elif one.kind == "plugin":
                must("DELETE", f"/plugins/{one.key}?force=1")
            elif one.kind == "swarm":
                must("POST", f"/swarm/update?version={self.swarm_version()}", self.swarm)
        for one in found:
            if one.kind == "volume":
                call("DELETE", f"/volumes/{one.key}")  # anonymous ones have gone with their container
            elif one.kind == "image":
                must("DELETE", f"/images/{one.key}?force=1")
            elif one.kind == "network":
                must("DELETE", f"/networks/{one.key}")
