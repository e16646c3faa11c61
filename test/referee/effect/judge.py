"""What is dangerous about a thing that exists, told from what the daemon says of it, never from the plugin."""

import os
import posixpath
import re

import seccomp

# Each gives the host away, or a good part of it; so does whatever lies below, or holds it.
HOST_PATHS = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr",
    "/var/lib/docker", "/var/run",
]
# Files of the host that tell a reader nothing that matters, as long as nobody writes to them.
READABLE = ["/etc/passwd", "/etc/ssl/certs"]
HARMLESS_CAPABILITIES = {
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}
SHARED = ["shared", "rshared"]
HOST_MODES = ["NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode"]


def below(path, top):
    return path == top or path.startswith(top.rstrip("/") + "/")


def is_dangerous(spellings, read_only):
    """Each spelling of a path is one that somebody may follow."""
    if read_only and all(spelling in READABLE for spelling in spellings):
        return False
    return any(below(spelling, top) or below(top, spelling) for spelling in spellings for top in HOST_PATHS)


def reaches_host(path, read_only=False):
    """As the daemon cleans it, and as the kernel will find it."""
    lexical = "/" + posixpath.normpath(path).lstrip("/")
    try:
        return is_dangerous([lexical, os.path.realpath(lexical)], read_only)
    except ValueError:  # a NUL
        return is_dangerous([lexical], read_only)


def paths(text):
    """Every path in the value of a mount option."""
    for piece in text.replace(",", ":").replace("=", ":").split(":"):
        if piece.startswith("/") or "../" in piece:
            yield piece


def reaches_host_raw(path, read_only):
    """As the kernel finds what nobody cleans before, from where the daemon is: no deeper than 20 folders."""
    try:
        raw = "../" in path
        return is_dangerous([os.path.realpath("/" + path)], read_only) if raw else reaches_host(path, read_only)
    except ValueError:  # a NUL
        return reaches_host(path, read_only)


def stays_read_only(options):
    return [word for word in options.get("o", "").split(",") if word in ("ro", "rw")][-1:] == ["ro"]


def volume(options):
    for key, value in (options or {}).items():
        for path in paths(value):
            if reaches_host_raw(path, stays_read_only(options)):
                yield f"volume option {key} brings {path}"


def mounts(specs):
    for spec in specs or []:
        source = spec.get("Source", "")
        read_only = spec.get("ReadOnly", not spec.get("RW", True))
        if spec.get("Type") == "bind" and source.startswith("/") and reaches_host(source, read_only):
            yield f"mount of {source}"
        if (spec.get("BindOptions") or {}).get("Propagation") in SHARED:
            yield f"mount of {source} is shared"
        driver = (spec.get("VolumeOptions") or {}).get("DriverConfig") or {}
        yield from volume(driver.get("Options"))


def capabilities(added):
    for name in added or []:
        if name.upper().removeprefix("CAP_") not in HARMLESS_CAPABILITIES:
            yield f"capability {name}"


def unmasked(host):
    # With null the daemon masks the usual ones when the container starts.
    for field, usual in ("MaskedPaths", "/proc/kcore"), ("ReadonlyPaths", "/proc/sys"):
        if host.get(field) is not None and usual not in host[field]:
            yield f"{field} without {usual}"


def borrowed(host, dangerous):
    """`dangerous` are ids of containers that have what no other may get."""
    modes = [host.get(field) or "" for field in HOST_MODES]
    for peer in [mode.removeprefix("container:") for mode in modes if mode.startswith("container:")]:
        if peer in dangerous:
            yield f"shares a namespace of {peer}"
    for peer in host.get("VolumesFrom") or []:
        if peer.partition(":")[0] in dangerous:
            yield f"takes the volumes of {peer}"


def is_zero(text):
    return bool(re.fullmatch("[+-]?0+", text)) or text == "root"


def user(text):
    """As the engine's libcontainer takes it apart. A number without a group has the group 0 in an unknown image."""
    name, group = (text.split(":") + [""])[:2]
    if is_zero(name) or (not name and ":" in text):
        yield f"user {text} is root"
    elif is_zero(group) or (not group and re.fullmatch("[+-]?[0-9]+", name)):
        yield f"user {text} is in the group of root"


def security(options):
    for option in options or []:
        key, value = (re.split("[=:]", option, maxsplit=1) + [""])[:2]
        if key == "no-new-privileges" and value.lower() in ("false", "f", "0"):
            yield option
        if key == "seccomp" and value.startswith("{"):
            yield from (f"seccomp lets {name} through" for name in seccomp.lets_through(value))


def log(config):
    for key, value in ((config or {}).get("Config") or (config or {}).get("Options") or {}).items():
        if key.endswith("-address") or "\n" in value:
            yield f"log option {key} is {value!r}"


def default_bridge(inspected, bridge):
    networks = inspected["NetworkSettings"].get("Networks") or {}
    names = {inspected["HostConfig"].get("NetworkMode") or "", *networks}
    names |= {joined["NetworkID"] for joined in networks.values() if joined.get("NetworkID")}
    for name in names:
        if name in ("", "default", "bridge") or bridge.startswith(name):
            yield f"joins the default bridge by {name!r}"


def container(inspected, dangerous, bridge):
    host = inspected["HostConfig"]
    if host.get("Privileged"):
        yield "privileged"
    for field in HOST_MODES:
        if host.get(field) == "host":
            yield f"{field} is host"
    if "host" in (inspected["NetworkSettings"].get("Networks") or {}):
        yield "joined the network host"
    for field in "Devices", "DeviceCgroupRules", "DeviceRequests":
        if host.get(field):
            yield f"{field} {host[field]}"
    for bind in host.get("Binds") or []:
        source, _, rest = bind.partition(":")
        words = rest.split(":")[-1].split(",")
        if source.startswith("/") and reaches_host(source, "ro" in words):
            yield f"bind of {source}"
        if set(words) & set(SHARED):
            yield f"bind of {source} is shared"
    yield from capabilities(host.get("CapAdd"))
    yield from mounts(host.get("Mounts"))
    yield from mounts(inspected["Mounts"])
    yield from unmasked(host)
    yield from borrowed(host, dangerous)
    yield from user(inspected["Config"].get("User") or "")
    yield from security(host.get("SecurityOpt"))
    yield from log(host.get("LogConfig"))
    yield from default_bridge(inspected, bridge)


def name_of_container(name, own):
    if name.lstrip("/").startswith(own):
        yield "has a name of the plugin's own container"


def names_of_image(tags):
    """Those of docker.io/library are trusted, and nobody here may give them."""
    for tag in tags:
        if "/" not in tag:
            yield f"has the trusted name {tag}"


def image(config):
    yield from user(config.get("User") or "")


def network(inspected):
    if inspected["Driver"] not in ("bridge", "overlay"):
        yield f"driver {inspected['Driver']}"
    if "com.docker.network.bridge.name" in (inspected["Options"] or {}):
        yield "is tied to a bridge"


def service(spec, host_networks):
    task = spec["TaskTemplate"]
    inside = task.get("ContainerSpec") or {}
    yield from capabilities(inside.get("CapabilityAdd"))
    yield from mounts(inside.get("Mounts"))
    yield from user(inside.get("User") or "")
    yield from log(task.get("LogDriver"))
    for joined in (spec.get("Networks") or []) + (task.get("Networks") or []):
        if joined["Target"] in host_networks:
            yield "joins the network host"
    if task.get("PluginSpec"):
        yield "installs a plugin"


def execution(inspected):
    process = inspected["ProcessConfig"]
    if process.get("privileged"):
        yield "privileged"
    yield from user(process.get("user") or "")
