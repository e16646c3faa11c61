"""What is asked for: every danger through every door, and what harmless clients ask.

A variant is one request, or two where the first prepares what the second uses.
"""

import os
from dataclasses import dataclass

import engine
import spelling

LINKS = f"{engine.PRIVATE}/links"
HARMLESS_FOLDER = f"{engine.PRIVATE}/srv/data"
HOST_PATHS = ["/", "/etc", "/proc", "/sys", "/dev", "/usr/bin", "/lib", "/root", "/var", "/proc/1", "/etc/passwd",
              "/sys/fs/cgroup", "/dev/null", "/run", "/run/docker.sock", "/var/run/docker.sock", "/run/docker/plugins"]
ROUTE_WORDS = ["build", "auth", "exec", "start", "create", "json", "containers", "prune", "grpc", "session", "v1"]


@dataclass
class Variant:
    kind: str  # "door danger"
    requests: list  # drafts
    dangerous: bool


def make_places():
    """Links that lead to places of the host, and a folder that anyone may mount."""
    os.makedirs(f"{LINKS}/deep", exist_ok=True)
    os.makedirs(HARMLESS_FOLDER, exist_ok=True)
    links = {"etc": "/etc", "root": "/", "deep/up": "../root", "again": "etc", "self": "/proc/self/root"}
    for name, leads in links.items():
        os.symlink(leads, f"{LINKS}/{name}")
    # The daemon mounts what exists, and makes folders of what does not.
    with open("/run/docker.sock", "wb"):
        pass


def host_path(rng):
    path = rng.choice(HOST_PATHS)
    inner = path.lstrip("/")
    return rng.choice([
        path, path, path, f"//{inner}", f"{path}/", f"{path}/.", f"/./{inner}", f"/tmp/../{inner}",
        f"/x/y/../../{inner}", f"/..//../{inner}", f"{path}/../{inner}", f"{HARMLESS_FOLDER}/../../../../{inner}",
        f"/proc/self/root/{inner}", f"/proc/1/root/{inner}", f"/proc/self/cwd/../../../../{inner}",
        f"/srv\0/../{inner}", f"{LINKS}/etc", f"{LINKS}/etc/ssl", f"{LINKS}/again", f"{LINKS}/root/{inner}",
        f"{LINKS}/deep/up/{inner}", f"{LINKS}/self/{inner}",
    ])


def bind_mount(rng, path):
    mount = {"Type": "bind", "Source": path, "Target": "/mnt/a"}
    if rng.random() < 0.3:
        mount["ReadOnly"] = True
    if rng.random() < 0.3:
        mount["BindOptions"] = {"Propagation": "rprivate"}
    return mount


def device_options(rng, path):
    return rng.choice([
        {"type": "none", "o": "bind", "device": path},
        {"type": "none", "o": "rbind,ro", "device": path},
        {"type": "bind", "o": "bind", "device": path},
        {"type": "overlay", "o": f"lowerdir={path},upperdir={HARMLESS_FOLDER},workdir=/tmp", "device": "overlay"},
        {"type": "ext4", "device": "/dev/sda1"},
    ])


def inline_volume(rng, path):
    driver = {"Options": device_options(rng, path)}
    if rng.random() < 0.7:
        driver["Name"] = "local"
    return {"Type": "volume", "Source": "inline", "Target": "/mnt/b", "VolumeOptions": {"DriverConfig": driver}}


def capability(rng):
    name = rng.choice(["SYS_ADMIN", "ALL", "SYS_PTRACE", "NET_ADMIN", "SYS_MODULE", "DAC_READ_SEARCH"])
    return rng.choice([name, name.lower(), name if name == "ALL" else f"CAP_{name}", name.capitalize()])


# What a container may not have: the field of HostConfig, and its value.
CONTAINER_DANGERS = {
    "privileged": lambda rng: ("Privileged", True),
    "bind": lambda rng: ("Binds", [f"{host_path(rng)}:/mnt/c{rng.choice(['', ':ro', ':rw', ':rshared,ro'])}"]),
    "mount": lambda rng: ("Mounts", [bind_mount(rng, host_path(rng))]),
    "inline volume": lambda rng: ("Mounts", [inline_volume(rng, host_path(rng))]),
    "network": lambda rng: ("NetworkMode", "host"),
    "pid": lambda rng: ("PidMode", "host"),
    "ipc": lambda rng: ("IpcMode", "host"),
    "uts": lambda rng: ("UTSMode", "host"),
    "userns": lambda rng: ("UsernsMode", "host"),
    "capability": lambda rng: ("CapAdd", rng.sample(["CHOWN", "KILL"], rng.randint(0, 2)) + [capability(rng)]),
    "device": lambda rng: ("Devices", [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/x",
                                        "CgroupPermissions": "rwm"}]),
    "device rule": lambda rng: ("DeviceCgroupRules", [rng.choice(["a *:* rwm", "b 8:* rwm", "c 1:1 rw"])]),
    "device request": lambda rng: ("DeviceRequests", [{"Driver": rng.choice(["nvidia", "cdi"]), "Count": -1}]),
    "masks": lambda rng: (rng.choice(["MaskedPaths", "ReadonlyPaths"]), rng.choice([[], ["/tmp"]])),
    "volumes from": lambda rng: ("VolumesFrom", [engine.PRIVILEGED + rng.choice(["", ":ro", ":rw"])]),
    "shared namespace": lambda rng: (rng.choice(["NetworkMode", "PidMode"]), f"container:{engine.PRIVILEGED}"),
}

HARMLESS_SETTINGS = {
    "Binds": [f"{HARMLESS_FOLDER}:/data"],
    "Mounts": [{"Type": "bind", "Source": HARMLESS_FOLDER, "Target": "/more", "ReadOnly": True},
               {"Type": "volume", "Source": "cache", "Target": "/cache"}, {"Type": "tmpfs", "Target": "/scratch"}],
    "CapDrop": ["ALL"],
    "CapAdd": ["CHOWN", "NET_BIND_SERVICE"],
    "Memory": 64 << 20,
    "PidsLimit": 100,
    "NanoCpus": 10 ** 9,
    "CpuShares": 512,
    "ReadonlyRootfs": True,
    "NetworkMode": "none",
    "PortBindings": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18080"}]},
    "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5},
    "SecurityOpt": ["no-new-privileges"],
    "Privileged": False,
    "PidMode": "",
    "Devices": None,
    "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}},
    "Tmpfs": {"/run": "size=1m"},
    "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 4096}],
}


def settings(rng, but=None):
    names = rng.sample(sorted(HARMLESS_SETTINGS), rng.randint(0, 4))
    return {name: HARMLESS_SETTINGS[name] for name in names if name != but}


def draft(method, path, body=None, hot=(), **more):
    made = spelling.Draft(method, path, body=spelling.tree(body), **more)
    made.heat(hot)
    return made


def unique(asked):
    asked.number += 1
    return f"{asked.rng.choice(ROUTE_WORDS)}-{asked.number}"


def create(asked, host_config, hot):
    body = {"Image": "tiny", "Cmd": ["/file"], "Env": ["A=b"], "HostConfig": host_config}
    return draft("POST", "/containers/create", body, hot, query=[("name", unique(asked))])


# What a service may not have: the keys that lead to it, and its value.
UPDATE_DANGERS = {
    "mount": lambda rng: (("TaskTemplate", "ContainerSpec", "Mounts"), [bind_mount(rng, host_path(rng))]),
    "inline volume": lambda rng: (("TaskTemplate", "ContainerSpec", "Mounts"), [inline_volume(rng, host_path(rng))]),
    "capability": lambda rng: (("TaskTemplate", "ContainerSpec", "CapabilityAdd"), [capability(rng)]),
    "network": lambda rng: (("TaskTemplate", "Networks"), [{"Target": "host"}]),
}
# An update may not change networks that stand in the old place.
SERVICE_DANGERS = {**UPDATE_DANGERS, "old network": lambda rng: (("Networks",), [{"Target": "host"}])}


def service_body(name, keys=(), value=None):
    body = {"Name": name, "Mode": {"Replicated": {"Replicas": 0}}, "TaskTemplate": {"ContainerSpec": {"Image": "tiny"}}}
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
        key, value = CONTAINER_DANGERS[danger](self.rng)
        return [create(self, {**settings(self.rng, key), key: value}, ("HostConfig", key))]

    def by_start(self, danger):
        """Engines before 25 replace the settings of a container by those that come with its start."""
        key, value = CONTAINER_DANGERS[danger](self.rng)
        wrapped = self.rng.random() < 0.5
        body, hot = ({"HostConfig": {key: value}}, ("HostConfig", key)) if wrapped else ({key: value}, (key,))
        version = f"v1.{self.rng.randint(12, 23)}"
        return [draft("POST", f"/containers/{engine.STOPPED}/start", body, hot, version=version)]

    def by_exec(self, danger):
        asked = {"privileged": ("Privileged", True),
                 "user": ("User", self.rng.choice(["root", "0", "00", "0:0", ":0", "1000"]))}[danger]
        path = f"/containers/{self.rng.choice(engine.RUNNING)}/exec"
        return [draft("POST", path, {"Cmd": ["true"], asked[0]: asked[1]}, asked[:1])]

    def by_volume(self, danger):
        """Made first, and then used by name."""
        name = unique(self)
        body = {"Name": name, "Driver": "local", "DriverOpts": device_options(self.rng, host_path(self.rng))}
        made = draft("POST", "/volumes/create", body, ("DriverOpts",))
        used = self.rng.choice([("Binds", [f"{name}:/mnt"]),
                                ("Mounts", [{"Type": "volume", "Source": name, "Target": "/mnt"}])])
        return [made, create(self, dict([used]), ("HostConfig",))]

    def by_service(self, danger):
        keys, value = SERVICE_DANGERS[danger](self.rng)
        return [draft("POST", "/services/create", service_body(unique(self), keys, value), keys)]

    def update(self, keys, value):
        return draft("POST", f"/services/{engine.SERVICE}/update", service_body(engine.SERVICE, keys, value), keys,
                     query=[("version", self.daemon.service_version())])

    def by_update(self, danger):
        return [self.update(*UPDATE_DANGERS[danger](self.rng))]

    def by_build(self, danger):
        context = engine.tar({"Dockerfile": b"FROM bb\nRUN true\n"})
        query = [("networkmode", self.rng.choice(["host", "h%6fst", f"container:{engine.PRIVILEGED}"])), ("rm", "0")]
        return [draft("POST", "/build", context, query=query, media="application/x-tar")]

    def by_plugin(self, danger):
        config = (b'{"description":"","interface":{"types":["docker.volumedriver/1.0"],"socket":"x.sock"},'
                  b'"entrypoint":["/x"],"network":{"type":"host"},"linux":{"capabilities":["CAP_SYS_ADMIN"]}}')
        context = engine.tar({"config.json": config, "rootfs/x": b""})
        return [draft("POST", "/plugins/create", context, query=[("name", unique(self))], media="application/x-tar")]

    # --- Harmless, by door --------------------------------------------------------------------

    def plain_create(self):
        return create(self, settings(self.rng), ("HostConfig",))

    def plain_exec(self):
        path = f"/containers/{self.rng.choice(engine.RUNNING)}/exec"
        body = {"Cmd": ["true"], "Privileged": False, "User": "", "Env": ["A=b"], "AttachStdout": True}
        return draft("POST", path, body, ("Cmd",))

    def plain_volume(self):
        body = {"Name": unique(self), "Labels": {"a": "b"}, "DriverOpts": {}}
        return draft("POST", "/volumes/create", body, ("Name",))

    def plain_service(self):
        keys = ("TaskTemplate", "ContainerSpec", "Mounts")
        body = service_body(unique(self), keys, HARMLESS_SETTINGS["Mounts"])
        return draft("POST", "/services/create", body, keys)

    def plain_service_update(self):
        return self.update(("TaskTemplate", "ContainerSpec", "Env"), [f"N={self.number}"])

    def plain_update(self):
        body = {"CpuShares": self.rng.randint(2, 1024)}
        return draft("POST", f"/containers/{engine.STOPPED}/update", body, ("CpuShares",))

    # --- Both ---------------------------------------------------------------------------------

    def kinds(self):
        """Every door with every danger that it has, how often it is taken, and what makes it."""
        doors = [(self.by_create, CONTAINER_DANGERS, 4), (self.by_start, CONTAINER_DANGERS, 1),
                 (self.by_exec, ["privileged", "user"], 4), (self.by_volume, ["device"], 8),
                 (self.by_service, SERVICE_DANGERS, 3), (self.by_update, UPDATE_DANGERS, 2),
                 (self.by_build, ["network"], 3), (self.by_plugin, ["installed"], 3)]
        return [(f"{door.__name__[3:]} {danger}", door, danger, often) for door, dangers, often in doors
                for danger in dangers]

    def dangerous(self):
        kinds = self.kinds()
        kind, door, danger, _ = self.rng.choices(kinds, [often for *_, often in kinds])[0]
        made = door(danger)
        spelling.apply(made[0], self.rng, spelling.BODY_TRICKS, spelling.HEAD_TRICKS, 4)
        return Variant(kind, made, True)

    def harmless(self):
        doors = [self.plain_create, self.plain_exec, self.plain_volume, self.plain_service, self.plain_service_update,
                 self.plain_update]
        door = self.rng.choices(doors, [4, 2, 1, 1, 1, 1])[0]
        made = door()
        spelling.apply(made, self.rng, spelling.PLAIN_BODY, spelling.PLAIN_HEAD, 3)
        return Variant(door.__name__.replace("_", " "), [made], False)
