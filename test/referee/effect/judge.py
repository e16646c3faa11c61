"""What is dangerous about a thing that exists, told from what the daemon says of it, never from the plugin."""

import os
import posixpath

# Each gives the host away, or a good part of it; so does whatever lies below, or holds it.
HOST_PATHS = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr",
    "/var/lib/docker", "/var/run",
]
HARMLESS_CAPABILITIES = {
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}
HOST_MODES = ["NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode"]


def below(path, top):
    return path == top or path.startswith(top.rstrip("/") + "/")


def reaches_host(path):
    """As the daemon cleans it, and as the kernel will find it."""
    lexical = "/" + posixpath.normpath(path).lstrip("/")
    try:
        spellings = [lexical, os.path.realpath(lexical)]
    except ValueError:  # a NUL
        spellings = [lexical]
    return any(below(spelling, top) or below(top, spelling) for spelling in spellings for top in HOST_PATHS)


def paths(text):
    """Every absolute path in the value of a mount option."""
    for piece in text.replace(",", ":").replace("=", ":").split(":"):
        if piece.startswith("/"):
            yield piece


def volume(options):
    for key, value in (options or {}).items():
        for path in paths(value):
            if reaches_host(path):
                yield f"volume option {key} brings {path}"


def mounts(specs):
    for spec in specs or []:
        source = spec.get("Source", "")
        if spec.get("Type") == "bind" and source.startswith("/") and reaches_host(source):
            yield f"mount of {source}"
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


def container(inspected, dangerous):
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
        source = bind.partition(":")[0]
        if source.startswith("/") and reaches_host(source):
            yield f"bind of {source}"
    yield from capabilities(host.get("CapAdd"))
    yield from mounts(host.get("Mounts"))
    yield from mounts(inspected["Mounts"])
    yield from unmasked(host)
    yield from borrowed(host, dangerous)


def service(spec, host_networks):
    task = spec["TaskTemplate"]
    inside = task.get("ContainerSpec") or {}
    yield from capabilities(inside.get("CapabilityAdd"))
    yield from mounts(inside.get("Mounts"))
    for network in (spec.get("Networks") or []) + (task.get("Networks") or []):
        if network["Target"] in host_networks:
            yield "joins the network host"
    if task.get("PluginSpec"):
        yield "installs a plugin"


def execution(inspected):
    process = inspected["ProcessConfig"]
    if process.get("privileged"):
        yield "privileged"
    if process.get("user"):
        yield f"user {process['user']}"
