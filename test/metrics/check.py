#!/usr/bin/env python3
"""check.py PROGRAM - what /metrics says is what metrics.def, the manual, the alerts and the dashboard say.

Asks a real server, and has promtool read its answer, every query that we publish, and the tests of the alerts.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "contrib/prometheus/cis-authz.rules.yml"
RULES_TEST = ROOT / "contrib/prometheus/cis-authz.rules.test.yml"
DASHBOARD = ROOT / "contrib/grafana/cis-authz.json"
MANUAL = ROOT / "docs/metrics.md"
SECONDS = 20

METRIC = re.compile(r'^METRIC\((\w+), "(\w+)", (\w+), "([^"]*)",\n\t"([^"]*)"\)$', re.MULTILINE)
NAME = re.compile(r"\bcis_authz_\w+")
SERIES = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
HISTOGRAM = ("_bucket", "_sum", "_count")

PING = b'{"RequestMethod":"GET","RequestUri":"/_ping"}'
UNKNOWN = b'{"RequestMethod":"POST","RequestUri":"/v1.41/nonsense"}'

failed = passed = 0


def check(what, complaints):
    global failed, passed
    if complaints:
        failed += 1
        print(f"{what}:", *complaints, sep="\n  ")
    else:
        passed += 1


def call(path, method, target, body=b""):
    """The body of the answer."""
    with socket.socket(socket.AF_UNIX) as plugin:
        plugin.settimeout(SECONDS)
        plugin.connect(path)
        plugin.sendall(f"{method} {target} HTTP/1.1\r\nHost: \r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
                       .encode() + body)
        answer = b""
        while piece := plugin.recv(65536):
            answer += piece
    return answer.split(b"\r\n\r\n", 1)[1].decode()


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"0 passed, 1 failed\nwhat was waited for never came: {condition.__name__}")
        time.sleep(0.02)


def exposition(program):
    """/metrics of a server that has allowed, denied and not understood."""
    with tempfile.TemporaryDirectory(prefix="cis-authz-metrics.") as folder:
        plugin, admin = f"{folder}/plugin.sock", f"{folder}/admin.sock"
        server = subprocess.Popen([program, "serve", "--socket", plugin, "--decision-log", f"{folder}/log",
                                   "--metrics", admin], stderr=subprocess.DEVNULL)
        try:
            def it_answers():
                try:
                    return "{" in call(plugin, "POST", "/Plugin.Activate")
                except OSError:
                    return False

            def all_is_counted():
                return "cis_authz_decision_duration_seconds_count 3\n" in call(admin, "GET", "/metrics")

            wait_until(it_answers)
            for question in (PING, UNKNOWN, b"{"):
                call(plugin, "POST", "/AuthZPlugin.AuthZReq", question)
            wait_until(all_is_counted)
            text = call(admin, "GET", "/metrics")
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(SECONDS)
        check("the server's end", [] if status == 0 else [f"exit status {status}"])
        check("sockets left behind", [name for name in os.listdir(folder) if name.endswith(".sock")])
    return text


def family_of(name, metrics):
    """The metric that a series or a query of this name belongs to, or None."""
    if name in metrics:
        return name
    for suffix in HISTOGRAM:
        base = name[:-len(suffix)]
        if name.endswith(suffix) and base in metrics and metrics[base][0] == "histogram":
            return base
    return None


def check_exposition(text, metrics):
    complaints = []
    for name, (kind, labels, about) in metrics.items():
        if f"# HELP {name} {about}\n# TYPE {name} {kind}\n" not in text:
            complaints.append(f"{name}: no HELP and TYPE as in metrics.def")
    seen, told = set(), set()
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = SERIES.match(line)
        name = family_of(match.group(1), metrics) if match else None
        if not name:
            complaints.append(f"not in metrics.def: {line}")
            continue
        told.add(name)
        labels = [label for label, _ in LABEL.findall(match.group(2) or "")]
        if labels != metrics[name][1] and not (metrics[name][0] == "histogram" and labels in ([], ["le"])):
            complaints.append(f"other labels than in metrics.def: {line}")
        series = line.rsplit(" ", 1)[0]
        if series in seen:
            complaints.append(f"stands twice: {series}")
        seen.add(series)
    check("exposition", complaints + [f"{name}: no series" for name in metrics if name not in told])
    # promtool checks the names against Prometheus' conventions too, and says so with status 3.
    run_promtool("promtool check metrics", ["check", "metrics"], text)


def run_promtool(what, words, given=None):
    tool = subprocess.run(["promtool", *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    check(what, [] if tool.returncode == 0 and (given is None or not tool.stdout.strip()) or
          (tool.returncode == 0 and "SUCCESS" in tool.stdout) else tool.stdout.splitlines() or ["it failed"])


def check_manual(metrics):
    text = MANUAL.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    complaints = [f"{name} does not exist" for name in sections if name not in metrics]
    queries = []
    for name, (kind, labels, _) in metrics.items():
        section = sections.get(name, "")
        words = "s" if len(labels) > 1 else ""
        expected = kind + (f"; label{words} " + ", ".join(f"`{label}`" for label in labels) if labels else "")
        found = re.findall(r"```promql\n(.*?)\n```", section, re.DOTALL)
        if not re.match(rf"\n{re.escape(expected)}[.,]", section):
            complaints.append(f"{name}: must have a section that begins with `{expected}`")
        if not any(name in query for query in found):
            complaints.append(f"{name}: has no example query")
        queries += found
    check("docs/metrics.md", complaints)
    return queries


def check_names(path, text, metrics):
    names = set(NAME.findall(text))
    check(f"names in {path.name}", [f"{name} is no metric" for name in sorted(names) if not family_of(name, metrics)] or
          ([] if names else ["there are none"]))


def check_alerts():
    alerts = re.findall(r"- alert: (\w+)", RULES.read_text(encoding="utf-8"))
    tests = RULES_TEST.read_text(encoding="utf-8")
    check("each alert is tried both ways",
          [f"{alert}: no test where it does not fire" for alert in alerts
           if not re.search(rf"\{{ alertname: {alert}, eval_time: \w+ \}}", tests)] +
          [f"{alert}: no test where it fires" for alert in alerts
           if not re.search(rf"- alertname: {alert}\n +eval_time: \w+\n +exp_alerts:\n +- exp_labels", tests)])
    run_promtool("promtool check rules", ["check", "rules", str(RULES)])
    run_promtool("promtool test rules", ["test", "rules", str(RULES_TEST)])


def dashboard_queries():
    """Grafana's own variables are replaced as Grafana does."""
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    complaints = [f"{panel['title']}: no query" for panel in board["panels"] if not panel["targets"]]
    ids = [panel["id"] for panel in board["panels"]]
    check("dashboard", complaints + (["panels share an id"] if len(set(ids)) < len(ids) else []))
    return [target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")
            for panel in board["panels"] for target in panel["targets"]]


def check_queries(queries):
    """promtool reads rules, so each query becomes one; JSON is YAML."""
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "queries", "rules": rules}]}, file)
        file.flush()
        run_promtool("queries of the manual and the dashboard", ["check", "rules", file.name])


def check_refused(program):
    complaints = []
    for address in ("0.0.0.0:9323", "192.0.2.1:9323", "[::]:9323", "localhost:9323", "9323", ""):
        came = subprocess.run([program, "serve", "--metrics", address], stderr=subprocess.PIPE, text=True, timeout=SECONDS,
                              check=False)
        if came.returncode != 2 or f"not '{address}': " not in came.stderr:
            complaints.append(f"--metrics '{address}': exit status {came.returncode}, {came.stderr}")
    check("addresses that others could reach", complaints)


def main():
    program = sys.argv[1]
    if not shutil.which("promtool"):
        print("skipped: promtool is not installed (Debian package prometheus)")
        sys.exit(77)

    table = (ROOT / "plugin/metrics/metrics.def").read_text(encoding="utf-8")
    metrics = {name: (kind.lower(), labels.split(), about) for _, name, kind, labels, about in METRIC.findall(table)}
    check("metrics.def", [] if len(metrics) == table.count("\nMETRIC(") else ["a row is not of the usual form"])

    check_exposition(exposition(program), metrics)
    for path in (RULES, RULES_TEST, DASHBOARD, MANUAL):
        check_names(path, path.read_text(encoding="utf-8"), metrics)
    check_queries(check_manual(metrics) + dashboard_queries())
    check_alerts()
    check_refused(program)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
