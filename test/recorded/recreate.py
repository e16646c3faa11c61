#!/usr/bin/env python3
"""recreate.py PROGRAM - a container made anew from what docker inspect tells of it passes where it passed before.

Programs that update containers remove the old one first: a denial of the new one leaves the service down. For recorded
creates, and those of the hardened runs, the body is filled up as inspect would print it after an engine of each age,
and every profile that admitted the original must admit it.
"""

import base64
import copy
import json
import sys

import replay

MOST = 70
PROFILES = ["baseline", "level1", "level2", "strict"]

# The daemon's own driver. 2.12 wants a central one, so that is what a host of level2 prints.
LOG_DRIVER = {"baseline": "json-file", "level1": "json-file", "level2": "journald", "strict": "journald"}

# What moby's oci/defaults.go lists, from 19.03 on; then with what 25 and 28 hide besides.
MASKED = ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
          "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]
ENGINES = {
    "20.10": MASKED,
    "25": MASKED + ["/sys/devices/virtual/powercap"],
    "28": sorted(MASKED + ["/sys/devices/virtual/powercap", "/proc/interrupts"])
          + [f"/sys/devices/system/cpu/cpu{cpu}/thermal_throttle" for cpu in range(4)],
}
READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

# HostConfig as inspect prints it where the caller gave nothing.
FILLED = {
    "Binds": None, "ContainerIDFile": "", "LogConfig": {}, "NetworkMode": "default",
    "PortBindings": {}, "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "AutoRemove": False, "VolumeDriver": "",
    "VolumesFrom": None, "ConsoleSize": [0, 0], "CapAdd": None, "CapDrop": None, "CgroupnsMode": "private", "Dns": [],
    "DnsOptions": [], "DnsSearch": [], "ExtraHosts": None, "GroupAdd": None, "IpcMode": "private", "Cgroup": "",
    "Links": None, "OomScoreAdj": 0, "PidMode": "", "Privileged": False, "PublishAllPorts": False,
    "ReadonlyRootfs": False, "SecurityOpt": None, "UTSMode": "", "UsernsMode": "", "ShmSize": 67108864, "Runtime": "runc",
    "Isolation": "", "CpuShares": 0, "Memory": 0, "NanoCpus": 0, "CgroupParent": "", "BlkioWeight": 0,
    "BlkioWeightDevice": [], "BlkioDeviceReadBps": [], "BlkioDeviceWriteBps": [], "BlkioDeviceReadIOps": [],
    "BlkioDeviceWriteIOps": [], "CpuPeriod": 0, "CpuQuota": 0, "CpuRealtimePeriod": 0, "CpuRealtimeRuntime": 0,
    "CpusetCpus": "", "CpusetMems": "", "Devices": [], "DeviceCgroupRules": None, "DeviceRequests": None,
    "MemoryReservation": 0, "MemorySwap": 0, "MemorySwappiness": None, "OomKillDisable": None, "PidsLimit": None,
    "Ulimits": None, "CpuCount": 0, "CpuPercent": 0, "IOMaximumIOps": 0, "IOMaximumBandwidth": 0,
}


def inspected(body, masked, driver):
    made = copy.deepcopy(body)
    given = made.get("HostConfig") or {}
    host = {**FILLED, **{key: value for key, value in given.items() if value not in (None, "", {})}}
    if given.get("LogConfig", {}).get("Type", "") == "":
        host["LogConfig"] = {"Type": driver, "Config": {}}
    if given.get("RestartPolicy", {}).get("Name", "") == "":
        host["RestartPolicy"] = FILLED["RestartPolicy"]
    if host["Memory"] and not given.get("MemorySwap"):
        host["MemorySwap"] = 2 * host["Memory"]
    host["ShmSize"] = given.get("ShmSize") or FILLED["ShmSize"]
    host["MaskedPaths"] = given.get("MaskedPaths") or masked
    host["ReadonlyPaths"] = given.get("ReadonlyPaths") or READ_ONLY
    made["HostConfig"] = host
    for key, value in {"Hostname": "1f2e3d4c5b6a", "Domainname": "", "User": "", "AttachStdin": False, "Tty": False,
                       "OpenStdin": False, "StdinOnce": False, "Env": [], "Cmd": None, "Volumes": None, "WorkingDir": "",
                       "Entrypoint": None, "OnBuild": None, "Labels": {}}.items():
        made.setdefault(key, value)
    return made


def with_body(call, body):
    raw = json.dumps(body).encode()
    headers = {**call["RequestHeaders"], "Content-Length": str(len(raw))}
    return {**call, "RequestBody": base64.b64encode(raw).decode(), "RequestHeaders": headers}


def creates():
    lines = (replay.DATA / "hardened.jsonl").read_text(encoding="utf-8").splitlines()
    yield from (json.loads(line)["request"] for line in lines)
    for line in (replay.DATA / "recorded.jsonl").read_text(encoding="utf-8").splitlines():
        yield from json.loads(line)["requests"]


def readable(calls):
    """Creates, with their bodies; what is no JSON object, or names a key twice, was made to be refused."""
    for call in calls:
        if not call["RequestUri"].split("?")[0].endswith("/containers/create"):
            continue
        try:
            body = json.loads(base64.b64decode(call.get("RequestBody", "")))
        except ValueError:
            continue
        if isinstance(body, dict) and isinstance(body.get("HostConfig") or {}, dict):
            yield call, body


def admitted(program, profile, calls):
    records = replay.decide(program, profile, [{"requests": [call]} for call in calls])
    return [(record["outcome"] in ("allow", "warn"), record) for [record] in records]


def main(program):
    calls = list(readable(creates()))
    checked, wrong = 0, []
    for profile in PROFILES:
        passed = admitted(program, profile, [call for call, _ in calls])
        kept = [one for one, (ok, _) in zip(calls, passed) if ok][:MOST]
        for engine, masked in ENGINES.items():
            again = [with_body(call, inspected(body, masked, LOG_DRIVER[profile])) for call, body in kept]
            for (ok, record), one in zip(admitted(program, profile, again), kept):
                checked += 1
                if not ok:
                    rules = {(v["rule"], v["field"]) for v in record["violations"] if v["action"] == "deny"}
                    wrong.append(f"{profile}, engine {engine}: {one[0]['RequestUri']}: {sorted(rules)}")
    for line in wrong[:40]:
        print(line)
    print(f"{checked - len(wrong)} passed, {len(wrong)} failed, 0 skipped")
    return bool(wrong) or checked < 3 * MOST


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
