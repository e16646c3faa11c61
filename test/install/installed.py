#!/usr/bin/env python3
"""installed.py BUILD - `meson install` puts every file where it belongs, and keeps a policy that is there."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PREFIX_FILES = [
    "bin/cis-authz",
    "lib/systemd/system/cis-authz.service",
    "lib/systemd/system/cis-authz.socket",
    "libexec/cis-authz-look",
    "share/bash-completion/completions/cis-authz",
    "share/cis-authz/cis-authz-policy.schema.json",
    "share/cis-authz/decision-log.schema.json",
    "share/cis-authz/rules.schema.json",
    *(f"share/cis-authz/examples/{file.name}" for file in sorted((ROOT / "policy/examples").iterdir())),
    "share/cis-authz/grafana/cis-authz.json",
    "share/cis-authz/profile/baseline.yaml",
    "share/cis-authz/profile/level1.yaml",
    "share/cis-authz/profile/level2.yaml",
    "share/cis-authz/profile/none.yaml",
    "share/cis-authz/profile/steps.yaml",
    "share/cis-authz/profile/strict.yaml",
    "share/cis-authz/prometheus/cis-authz.rules.yml",
    "share/cis-authz/systemd/metrics.conf",
    "share/man/man5/cis-authz-policy.5",
    "share/man/man7/cis-authz-rules.7",
    "share/man/man8/cis-authz.8",
    "share/zsh/site-functions/_cis-authz",
]
POLICY = "etc/cis-authz/policy.yaml"
PREFIX = "usr/local"

passed = failed = 0


def expect(good, words):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(words)


def install(build, root):
    done = subprocess.run(["meson", "install", "-C", build, "--no-rebuild"], env=dict(os.environ, DESTDIR=str(root)),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    expect(done.returncode == 0, done.stdout)


def main(build):
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        install(build, root)
        installed = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
        wanted = sorted([f"{PREFIX}/{file}" for file in PREFIX_FILES] + [POLICY])
        for file in sorted(set(installed) | set(wanted)):
            expect(file in installed, f"{file} is not installed")
            expect(file in wanted, f"{file} is installed, and installed.py does not know it")

        policy = root / POLICY
        expect(policy.stat().st_mode & 0o777 == 0o644, f"{POLICY} has the mode {policy.stat().st_mode:o}")
        program = str(root / PREFIX / "bin/cis-authz")
        profiles = sorted(map(str, (root / PREFIX / "share/cis-authz/profile").glob("*.yaml")))
        done = subprocess.run([program, "check", str(policy), *profiles], stdout=subprocess.PIPE, text=True, check=False)
        expect(done.returncode == 0, done.stdout)

        # Its settings to try are as good as the rest.
        tried = re.sub(r"^#(?! \S|$)", "", policy.read_text(encoding="utf-8"), flags=re.MULTILINE)
        done = subprocess.run([program, "check", "-"], input=tried, stdout=subprocess.PIPE, text=True, check=False)
        expect(done.returncode == 0 and "rules:" in tried, done.stdout)
        started = re.search(r"^ExecStart=(\S+) serve\b", (root / PREFIX / "lib/systemd/system/cis-authz.service").read_text(), re.M)
        expect(started and started[1] == f"/{PREFIX}/bin/cis-authz", f"the unit starts {started}")

        policy.write_text("version: 1\nname: my-own\n", encoding="utf-8")
        install(build, root)
        expect("my-own" in policy.read_text(encoding="utf-8"), "the second `meson install` replaced the policy")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
