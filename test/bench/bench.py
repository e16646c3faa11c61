#!/usr/bin/env python3
"""bench.py PROGRAM TOOLS [--format markdown|json] [--rounds N] [--quick] - what a decision costs.

TOOLS is the folder of floor, load and start. Every figure of time is taken from the floor and from cis-authz in turn,
on one core that both share with the caller, and given as a ratio of the two in the same round: a machine that is busy
with other things slows both. The figure is the median of the rounds; its spread, lowest to highest, stands beside it.
docs/performance.md explains the rest.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import counting
import envelopes
import report

SECONDS = 60          # for one run of the load client, at most
START_RUNS = 20
ENTRIES = [0, 100, 10000]
SIZES = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20]
CROWDS = [1, 4, 32, 256]


class Server:
    """A process that answers on a socket until the block ends."""

    def __init__(self, path, *command, env=None):
        self.socket, self.command, self.env = path, list(map(str, command)), env

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                        env=self.env)
        end = time.monotonic() + SECONDS
        while not self.listens():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{self.command[0]} did not start: {self.process.stderr.read()}")
            time.sleep(0.005)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.said = self.process.communicate(timeout=SECONDS)[1]
        self.socket.unlink(missing_ok=True)

    def listens(self):
        """The file is there a moment earlier."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def cpu_seconds(self):
        # Linux names the clock of another process so; see clock_getcpuclockid(3).
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self, key):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(key + ":")) / 1024


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.policy = self.write_policy("level2.yaml", "profile: level2\n")
        self.paths = envelopes.make(folder, envelopes.ALL)

    def tool(self, name):
        return self.options.tools / name

    def write_policy(self, name, text):
        path = self.folder / name
        path.write_text("version: 1\n" + text, encoding="utf-8")
        path.chmod(0o600)
        return path

    def floor(self, before=(), env=None):
        path = self.folder / "floor.sock"
        return Server(path, *before, self.tool("floor"), path, 1, env=env)

    def plugin(self, policy=None, before=(), env=None):
        path = self.folder / "plugin.sock"
        metrics = ["--metrics", self.folder / "metrics.sock"] if self.knows("--metrics") else []
        # valgrind knows no filters of system calls.
        unconfined = ["--unconfined"] if before and self.knows("--unconfined") else []
        return Server(path, *before, self.options.program, "serve", "--policy", policy or self.policy, "--socket",
                      path, "--decision-log", self.folder / "decisions", "--workers", 1, *metrics,
                      *unconfined, env=env)

    def knows(self, option):
        text = subprocess.run([self.options.program, "serve", "--help"], stdout=subprocess.PIPE, text=True, check=False)
        return option in text.stdout

    def accepts(self, policy):
        return subprocess.run([self.options.program, "check", policy], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0

    def load(self, server, path, connections, calls, way="keep"):
        call = "AuthZRes" if path == self.paths["response"] else "AuthZReq"
        before = server.cpu_seconds()
        run = subprocess.run([self.tool("load"), server.socket, f"/AuthZPlugin.{call}", path, str(connections),
                              str(calls), str(SECONDS), way], stdout=subprocess.PIPE, text=True, check=False)
        seen = json.loads(run.stdout)
        seen["cpu"] = (server.cpu_seconds() - before) * 1e6 / max(1, seen["answered"])
        return seen

    def calls(self, path, connections):
        """So many that a run takes some tenths of a second, and that its 99th percentile means something."""
        size = path.stat().st_size
        calls = max(100, min(8000, int(3e8 / (40000 + 3 * size))))
        return max(calls // (8 if self.options.quick else 1), 2 * connections)

    def in_turn(self, path, connections, way):
        rounds = []
        with self.floor() as floor, self.plugin() as plugin:
            for _ in range(self.options.rounds + 1):
                calls = self.calls(path, connections)
                rounds.append([self.load(server, path, connections, calls, way) for server in (floor, plugin)])
        return compare(rounds[1:])  # the first one warmed both up

    def requests(self):
        rows = []
        for name, path in self.paths.items():
            crowds = [1] if path.stat().st_size > envelopes.MIB // 2 else CROWDS
            for connections in crowds:
                for way in ["keep", "once"]:
                    print(f"{name}, {connections} connections, {way}", file=sys.stderr)
                    rows.append({"request": name, "connections": connections, "way": way,
                                 **self.in_turn(path, connections, way)})
        return rows

    def memory(self):
        with self.plugin() as plugin:
            for name in ["ping", "list", "create"]:
                self.load(plugin, self.paths[name], 32, 2000)
            warm = plugin.memory("VmRSS")
            self.load(plugin, self.paths["create 4m"], 1, 5)
            return {"warm": warm, "after 4m": plugin.memory("VmRSS"), "peak": plugin.memory("VmHWM")}

    def start(self):
        path = self.folder / "start.sock"
        run = subprocess.run([self.tool("start"), str(START_RUNS), path, self.paths["ping"], self.options.program,
                              "serve", "--policy", self.policy, "--socket", path, "--decision-log",
                              self.folder / "decisions", "--workers", "1"],
                             stdout=subprocess.PIPE, text=True, check=True)
        path.unlink(missing_ok=True)
        return spread(json.loads(run.stdout))

    def count(self, make, path, calls):
        """Instructions a call, of the whole server: what a second run adds that makes so many more of them."""
        totals = []
        for times in (calls, 2 * calls):
            with make(before=counting.command(os.devnull), env=counting.environment()) as server:
                if self.load(server, path, 1, times)["lost"]:
                    sys.exit("a call was lost while instructions were counted")
            totals.append(counting.collected(server.said))
        return round((totals[1] - totals[0]) / calls)

    def instructions(self):
        if not shutil.which("valgrind"):
            return []
        rows = []
        for name in ["ping", "list", "create", "create 64k", "response"]:
            print(f"instructions of {name}", file=sys.stderr)
            floor, plugin = (self.count(make, self.paths[name], 200) for make in (self.floor, self.plugin))
            rows.append({"request": name, "floor": floor, "plugin": plugin, "difference": plugin - floor})
        return rows

    def policies(self):
        """The recorded create against policies of many entries, none of which meets it."""
        rows = []
        kinds = {"exceptions": exceptions, "access rules": access_rules,
                 "both": lambda n: exceptions(n) + access_rules(n)}
        for kind, write in kinds.items():
            policies = {n: self.write_policy(f"{kind}-{n}.yaml", "profile: level2\n" + write(n)) for n in ENTRIES}
            if all(map(self.accepts, policies.values())):
                print(f"policies with many {kind}", file=sys.stderr)
                rows += [{"entries": kind, "count": n, **row} for n, row in self.policy_rounds(policies).items()]
            else:
                rows.append({"entries": kind, "refused": True})
        return rows

    def policy_rounds(self, policies):
        """All of them in turn, against the first."""
        rounds = []
        for _ in range(self.options.rounds):
            seen = {}
            for n, policy in policies.items():
                with self.plugin(policy) as plugin:
                    self.load(plugin, self.paths["create"], 1, 300)
                    seen[n] = self.load(plugin, self.paths["create"], 1, self.calls(self.paths["create"], 1))
            rounds.append(seen)
        return {n: {"p50": spread([seen[n]["p50"] for seen in rounds]),
                    "ratio": spread([seen[n]["p50"] / seen[0]["p50"] for seen in rounds])} for n in policies}

    def sizes(self):
        rows = []
        for size in SIZES:
            print(f"a body of {size} bytes", file=sys.stderr)
            row = self.in_turn(envelopes.make_size(self.folder, max(size, 2048)), 1, "keep")
            rows.append({"bytes": max(size, 2048), **row})
        first, last = rows[0], rows[-1]
        slope = (last["plugin"]["p50"]["median"] - first["plugin"]["p50"]["median"]) / (last["bytes"] - first["bytes"])
        return {"rows": rows, "micros a KiB": slope * 1024}


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def compare(rounds):
    """Rounds of [floor, plugin] as figures of each and their ratio."""
    keys = ["p50", "p99", "per_second", "cpu"]
    return {"floor": {key: spread([floor[key] for floor, _ in rounds]) for key in keys},
            "plugin": {key: spread([plugin[key] for _, plugin in rounds]) for key in keys},
            "ratio": {key: spread([plugin[key] / floor[key] for floor, plugin in rounds]) for key in keys},
            "lost": sum(side["lost"] for pair in rounds for side in pair)}


def exceptions(count):
    rows = "".join(f"  - {{ name: e{i}, rules: [host-pid, image-digest], when: {{ image: \"registry.example.com/i{i}:*\", "
                   f"user: \"u{i}-*\" }}, reason: measured, owner: bench@example.com, expires: 2099-12-31 }}\n"
                   for i in range(count))
    return "exceptions:\n" + rows if rows else ""


def access_rules(count):
    rows = "".join(f"    - {{ users: [\"u{i}-*\"], allow: [container.*], deny: [plugin.*] }}\n" for i in range(count))
    return "access:\n  default: allow\n  rules:\n" + rows if rows else ""


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")), "?")
    return {"processor": model, "processors": os.cpu_count(), "kernel": platform.release(),
            "load": [round(x, 2) for x in os.getloadavg()]}


def read_options():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("tools", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--format", choices=["markdown", "json"], default="markdown")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="fewer calls: to see that it works, not to quote")
    return parser.parse_args()


def main():
    options = read_options()
    # The last core: the first one often has the machine's interrupts.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="cis-authz-bench.") as name:
        bench = Bench(options, pathlib.Path(name))
        result = {"machine": machine(), "rounds": options.rounds, "metrics": bench.knows("--metrics"),
                  "requests": bench.requests(), "memory": bench.memory(), "start": bench.start(),
                  "instructions": bench.instructions(), "policies": bench.policies(), "sizes": bench.sizes()}
    json.dump(result, sys.stdout, indent=1) if options.format == "json" else print(report.markdown(result))


main()
