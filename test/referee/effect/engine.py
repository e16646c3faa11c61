"""The daemon under test, asked in plain words: what the referee needs to be there, what exists, and its removal."""

import io
import json
import os
import signal
import tarfile
import time
from collections import namedtuple

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

Finding = namedtuple("Finding", "kind key name reasons")


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


class Engine:
    def __init__(self):
        self.kept = {}  # ids of containers that stay, with their names
        self.dangerous = set()  # ids of those among them that only an administrator could make
        self.host_networks = {"host"}
        self.judged = set()  # execs, which stay as long as their container but never change

    def make_image(self):
        """Of one small file: each container is a copy of its image here, and few of them are ever started."""
        answer = wire.send(SOCKET, request("POST", "/images/create?fromSrc=-&repo=tiny", tar({"file": b""}),
                                           "application/x-tar"))
        if answer.status != 200:
            raise Failure(f"no image could be imported: {answer.body}")

    def prepare(self):
        """While the plugin is not in force."""
        must("POST", "/swarm/init", {"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"})
        # A swarm has a name of its own for it.
        self.host_networks.add(must("GET", "/networks/host")["Id"])
        self.host_networks.add(must("GET", "/networks/host?scope=swarm")["Id"])
        self.keep(PRIVILEGED, {"Privileged": True, "PidMode": "host", "NetworkMode": "host", "IpcMode": "host",
                               "Binds": ["/etc:/mnt"]})
        self.dangerous.update(self.kept)
        for name in RUNNING:
            self.keep(name, {})
            must("POST", f"/containers/{name}/start")

    def keep(self, name, host_config):
        made = must("POST", f"/containers/create?name={name}",
                    {"Image": "bb", "Cmd": ["sleep", "100000"], "HostConfig": host_config})
        self.kept[made["Id"]] = name

    def restock(self):
        """What requests act upon: a container that never ran, and a service without tasks."""
        if call("GET", f"/containers/{STOPPED}/json").status == 404:
            must("POST", f"/containers/create?name={STOPPED}", {"Image": "tiny", "Cmd": ["/file"]})
        if call("GET", f"/services/{SERVICE}").status == 404:
            must("POST", "/services/create", {"Name": SERVICE, "Mode": {"Replicated": {"Replicas": 0}},
                                              "TaskTemplate": {"ContainerSpec": {"Image": "tiny"}}})

    def service_version(self):
        return must("GET", f"/services/{SERVICE}")["Version"]["Index"]

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
                return
            time.sleep(0.1)
        raise Failure(f"the daemon does not take up its plugins {plugins}: {answer.body}")

    def containers(self):
        for listed in must("GET", "/containers/json?all=1"):
            inspected = must("GET", f"/containers/{listed['Id']}/json")
            key, name = inspected["Id"], inspected["Name"]
            if key not in self.dangerous:
                yield Finding("container", key, name, list(judge.container(inspected, self.dangerous)))
            for run in set(inspected["ExecIDs"] or []) - self.judged:
                self.judged.add(run)
                reasons = list(judge.execution(must("GET", f"/exec/{run}/json")))
                yield Finding("exec", run, name, reasons)

    def existing(self):
        """Everything that there is, with what is dangerous about it."""
        yield from self.containers()
        for volume in must("GET", "/volumes")["Volumes"] or []:
            yield Finding("volume", volume["Name"], volume["Name"], list(judge.volume(volume["Options"])))
        for service in must("GET", "/services"):
            reasons = list(judge.service(service["Spec"], self.host_networks))
            yield Finding("service", service["ID"], service["Spec"]["Name"], reasons)
        for plugin in must("GET", "/plugins"):
            yield Finding("plugin", plugin["Name"], plugin["Name"], ["installed"])

    def remove(self, found):
        """All of it but what is kept; an exec goes with its container."""
        for one in found:
            if one.kind == "container" and one.key not in self.kept:
                must("DELETE", f"/containers/{one.key}?force=1&v=1")
            elif one.kind == "service" and (one.reasons or one.name != SERVICE):
                must("DELETE", f"/services/{one.key}")
            elif one.kind == "plugin":
                must("DELETE", f"/plugins/{one.key}?force=1")
        for one in found:
            if one.kind == "volume":
                call("DELETE", f"/volumes/{one.key}")  # anonymous ones have gone with their container
