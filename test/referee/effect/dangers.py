"""What a container, a service or a volume may not have, in the words of the API."""

import os

import engine
import seccomp

LINKS = f"{engine.PRIVATE}/links"
HARMLESS_FOLDER = f"{engine.PRIVATE}/srv/data"
HOST_PATHS = ["/", "/etc", "/proc", "/sys", "/dev", "/usr/bin", "/lib", "/root", "/var", "/proc/1", "/etc/passwd",
              "/sys/fs/cgroup", "/dev/null", "/run", "/run/docker.sock", "/var/run/docker.sock", "/run/docker/plugins"]
# Of the group 0 at least: a number without a group has it where the image does not know the number.
ROOTS = ["0", "root", "00", "+0", "-0", "0:5", "0:5:x", "root:5", "root:5:x", "0:0:x", ":5", ":0", "1000:0", "1000:0:x",
         "1000:00", "1000:+0", "1000:root", "1000:root:x", "1000:0:", "1000", "1000:", "1000::5"]


def make_places():
    """Links that lead to places of the host, and a folder that anyone may mount."""
    os.makedirs(f"{LINKS}/deep", exist_ok=True)
    os.makedirs(HARMLESS_FOLDER, exist_ok=True)
    links = {"etc": "/etc", "root": "/", "deep/up": "../root", "again": "etc", "self": "/proc/self/root",
             "far": "/usr/bin", "data": HARMLESS_FOLDER}
    for name, leads in links.items():
        os.symlink(leads, f"{LINKS}/{name}")
    # The daemon mounts what exists, and makes folders of what does not.
    with open("/run/docker.sock", "wb"):
        pass


# --- Paths ----------------------------------------------------------------------------------------


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


def raw_path(rng):
    """For what mount(2) takes as it stands: it follows a link before it goes up, and begins where the daemon is."""
    inner = rng.choice(HOST_PATHS).lstrip("/")
    return rng.choice([
        host_path(rng), "/var/run/../etc", "/var/run/../root/.", f"{LINKS}/etc/../{inner}", f"{LINKS}/far/../lib",
        f"{LINKS}/far/../../{inner}", f"{LINKS}/deep/up/etc/../{inner}", f"{'../' * 20}{inner}", f"./{'../' * 20}{inner}",
    ])


def bind_mount(rng, path):
    mount = {"Type": "bind", "Source": path, "Target": "/mnt/a"}
    if rng.random() < 0.3:
        mount["ReadOnly"] = True
    if rng.random() < 0.3:
        mount["BindOptions"] = {"Propagation": "rprivate"}
    return mount


def device_options(rng):
    path = raw_path(rng)
    return rng.choice([
        {"type": "none", "o": "bind", "device": path},
        {"type": "none", "o": "rbind,ro", "device": path},
        {"type": "bind", "o": "bind", "device": path},
        {"type": "none", "o": rng.choice(["bind", "bind,rw", "bind,ro,rw"]), "device": "/etc/ssl/certs"},
        {"type": "overlay", "o": f"lowerdir={path},upperdir={HARMLESS_FOLDER},workdir=/tmp", "device": "overlay"},
        {"type": "overlay", "o": f"lowerdir={HARMLESS_FOLDER}:{path}", "device": "overlay"},
        {"type": "ext4", "device": "/dev/sda1"},
    ])


def inline_volume(rng):
    """A mount that is read-only leaves the volume writable, for whoever mounts it next."""
    driver = {"Options": device_options(rng)}
    if rng.random() < 0.7:
        driver["Name"] = "local"
    return {"Type": "volume", "Source": "inline", "Target": "/mnt/b", "ReadOnly": rng.random() < 0.5,
            "VolumeOptions": {"DriverConfig": driver}}


# --- Containers -----------------------------------------------------------------------------------


def capability(rng):
    name = rng.choice(["SYS_ADMIN", "ALL", "SYS_PTRACE", "SYS_TIME", "SYS_MODULE", "DAC_READ_SEARCH"])
    return rng.choice([name, name.lower(), name if name == "ALL" else f"CAP_{name}", name.capitalize()])


def new_privileges(rng):
    return f"no-new-privileges{rng.choice('=:')}{rng.choice(['false', 'False', 'FALSE', 'f', 'F', '0'])}"


def log(rng):
    """Where the daemon, as root, would connect to; and lines in the log that nobody wrote."""
    socket = rng.choice(["unix", "UNIX", "unixgram"]) + ":///run/docker.sock"
    kind, config = rng.choice([
        ("syslog", {"syslog-address": socket}), ("syslog", {"syslog-address": "tcp://127.0.0.1:514"}),
        ("gelf", {"gelf-address": "udp://127.0.0.1:12201"}), ("fluentd", {"fluentd-address": "unix:///run/docker.sock"}),
        ("fluentd", {"fluentd-address": "127.0.0.1:24225"}), ("json-file", {"tag": "a\nb"}),
        ("syslog", {"tag": "x\r\ny"}),
    ])
    return {"Type": kind, "Config": config}


# What a container may not have: the field of HostConfig, and its value.
CONTAINER = {
    "privileged": lambda rng: ("Privileged", True),
    "bind": lambda rng: ("Binds", [f"{host_path(rng)}:/mnt/c{rng.choice(['', ':ro', ':rw', ':rshared,ro'])}"]),
    "mount": lambda rng: ("Mounts", [bind_mount(rng, host_path(rng))]),
    "inline volume": lambda rng: ("Mounts", [inline_volume(rng)]),
    "propagation": lambda rng: rng.choice([
        ("Binds", [f"{HARMLESS_FOLDER}:/mnt/c:{rng.choice(['shared', 'rshared', 'ro,rshared'])}"]),
        ("Mounts", [{**bind_mount(rng, HARMLESS_FOLDER), "BindOptions": {"Propagation": rng.choice(["shared", "rshared"])}}])]),
    "network": lambda rng: ("NetworkMode", "host"),
    "default bridge": lambda rng: ("NetworkMode", rng.choice(["bridge", "default", "", engine.beginning(rng, "bridge")])),
    "pid": lambda rng: ("PidMode", "host"),
    "ipc": lambda rng: ("IpcMode", "host"),
    "uts": lambda rng: ("UTSMode", "host"),
    "userns": lambda rng: ("UsernsMode", "host"),
    "capability": lambda rng: ("CapAdd", rng.sample(["CHOWN", "KILL"], rng.randint(0, 2)) + [capability(rng)]),
    "device": lambda rng: ("Devices", [{"PathOnHost": rng.choice(["/dev/mem", "/dev/pts/../mem", "/dev/kmsg"]),
                                        "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}]),
    "device rule": lambda rng: ("DeviceCgroupRules", [rng.choice(["a *:* rwm", "b 8:* rwm", "c 1:1 rw"])]),
    "device request": lambda rng: ("DeviceRequests", [{"Driver": rng.choice(["nvidia", "cdi"]), "Count": -1}]),
    "masks": lambda rng: (rng.choice(["MaskedPaths", "ReadonlyPaths"]), rng.choice([[], ["/tmp"]])),
    "seccomp": lambda rng: ("SecurityOpt", [seccomp.option(rng, seccomp.too_kind(rng))]),
    "new privileges": lambda rng: ("SecurityOpt", [new_privileges(rng)]),
    "log": lambda rng: ("LogConfig", log(rng)),
    "volumes from": lambda rng: ("VolumesFrom", [engine.PRIVILEGED + rng.choice(["", ":ro", ":rw"])]),
    "shared namespace": lambda rng: (rng.choice(["NetworkMode", "PidMode"]), f"container:{engine.PRIVILEGED}"),
}


def endpoint(rng):
    """Networks beside the one of NetworkMode, and an ID beside a network's name."""
    by_id = engine.beginning(rng, "bridge")
    return rng.choice([{by_id: {}}, {"bridge": {}}, {engine.FRONT: {"NetworkID": rng.choice([by_id, "bridge"])}}])


# The same, beside HostConfig.
BESIDE = {
    "user": lambda rng: (("User",), rng.choice(ROOTS)),
    "endpoint": lambda rng: (("NetworkingConfig", "EndpointsConfig"), endpoint(rng)),
}

HARMLESS = {
    "Binds": [f"{HARMLESS_FOLDER}:/data:rslave", f"{HARMLESS_FOLDER}/../data:/again"],
    "Mounts": [{"Type": "bind", "Source": HARMLESS_FOLDER, "Target": "/more", "ReadOnly": True,
                "BindOptions": {"Propagation": "rprivate"}},
               {"Type": "volume", "Source": "cache", "Target": "/cache"}, {"Type": "tmpfs", "Target": "/scratch"}],
    "CapDrop": ["ALL"],
    "CapAdd": ["CHOWN", "NET_BIND_SERVICE"],
    "Memory": 64 << 20,
    "PidsLimit": 100,
    "NanoCpus": 10 ** 9,
    "CpuShares": 512,
    "ReadonlyRootfs": True,
    "NetworkMode": engine.FRONT,
    "PortBindings": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18080"}]},
    "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5},
    "SecurityOpt": ["no-new-privileges:true", f"seccomp={seccomp.json.dumps(seccomp.harmless())}"],
    "Privileged": False,
    "PidMode": "",
    "Devices": None,
    "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "tag": "a b"}},
    "Tmpfs": {"/run": "size=1m"},
    "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 4096}],
}
HARMLESS_USERS = ["", "1000:1000", "www-data:www-data", "1000:1000:0"]
HARMLESS_VOLUMES = [{}, {"type": "none", "o": "bind,ro", "device": "/etc/ssl/certs"},
                    {"type": "none", "o": "bind", "device": f"{HARMLESS_FOLDER}/../data"},
                    {"type": "overlay", "o": f"lowerdir={HARMLESS_FOLDER}:{LINKS}/data/../data", "device": "overlay"},
                    {"type": "tmpfs", "o": "size=1m", "device": "tmpfs"}]


# --- Services -------------------------------------------------------------------------------------

SPEC = ("TaskTemplate", "ContainerSpec")


def folded(rng, word):
    """In letters of which a swarm makes the same capitals; those of a container it would refuse."""
    others = {"s": "s\u017fS", "i": "i\u0131I"}
    return "".join(rng.choice(others.get(letter, letter + letter.upper())) for letter in word)


def service_bind(rng):
    mount = bind_mount(rng, host_path(rng))
    return {**mount, "Type": rng.choice(["bind", folded(rng, "bind")])}


def service_propagation(rng):
    word = folded(rng, rng.choice(["shared", "rshared"]))
    return {"Type": "bind", "Source": HARMLESS_FOLDER, "Target": "/mnt/a", "BindOptions": {"Propagation": word}}


def service_log(rng):
    made = log(rng)
    return {"Name": made["Type"], "Options": made["Config"]}


# The keys that lead to it, and its value.
UPDATE = {
    "mount": lambda rng: ((*SPEC, "Mounts"), [service_bind(rng)]),
    "inline volume": lambda rng: ((*SPEC, "Mounts"), [inline_volume(rng)]),
    "propagation": lambda rng: ((*SPEC, "Mounts"), [service_propagation(rng)]),
    "capability": lambda rng: ((*SPEC, "CapabilityAdd"), [capability(rng)]),
    "user": lambda rng: ((*SPEC, "User"), rng.choice(ROOTS)),
    "log": lambda rng: (("TaskTemplate", "LogDriver"), service_log(rng)),
    "network": lambda rng: (("TaskTemplate", "Networks"), [{"Target": rng.choice(["host", engine.beginning(rng, "host")])}]),
}
# An update may not change networks that stand in the old place.
SERVICE = {**UPDATE, "old network": lambda rng: (("Networks",), [{"Target": rng.choice(["host", engine.beginning(rng, "host")])}])}


# --- Networks -------------------------------------------------------------------------------------

# Those that the kernel here may not have, a swarm writes down for the day when they are needed.
NETWORKS = {
    "beside the host": lambda rng: {"Driver": rng.choice(["macvlan", "ipvlan"]), "Scope": "swarm"},
    "tied": lambda rng: {"Driver": "bridge", "Options": {"com.docker.network.bridge.name": f"own{rng.randint(1, 999)}"}},
}
