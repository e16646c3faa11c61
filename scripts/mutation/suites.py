"""suites.py - the tests that a mutant meets: those of meson, the quickest first."""

import json
import os
import signal
import subprocess
import threading
import time

from .build import ROOT, run

SUITES = ("unit", "fuzz", "cases", "referee")
QUICK = 1.0  # seconds
MEMORY, FILE = 8 << 30, 256 << 20  # bytes that a test may take
# They build, ask the network, or look for files beside the build folder.
LEFT_OUT = ("referee go", "referee profile", "meson install", "examples of manuals", "completion")


def relative(word, build):
    """A program of the build as a bench has it."""
    path = os.path.normpath(word) if os.path.isabs(word) else word.removeprefix("./")
    return path.removeprefix(str(build.folder) + os.sep)


class Test:
    def __init__(self, name, words, env, programs):
        self.name, self.words, self.env, self.programs = name, words, env, programs
        self.seconds = 0.0  # of an unchanged program
        self.passes = None  # nobody knows yet
        self.noticed = 0  # mutants
        self.lock = threading.Lock()

    def run(self, bench, seconds):
        """None when it passes, or how it failed."""
        env = {**os.environ, "TMPDIR": str(bench.folder / "tmp"), "UBSAN_OPTIONS": "halt_on_error=1",
               **{name: value.replace(str(bench.build.folder), str(bench.folder)) for name, value in self.env.items()}}
        limits = ["prlimit", "--core=0", f"--fsize={FILE}:"]
        if not bench.build.sanitized:
            limits.append(f"--as={MEMORY}:")
        words = [bench.program(word) if word in self.programs else word for word in self.words]
        # It ends with this program, however that ends.
        process = subprocess.Popen([*limits, "setpriv", "--pdeathsig", "KILL", *words], cwd=bench.folder, env=env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = "hangs"
        finally:
            # What it started ends with it.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        return None if status == 0 else str(status)

    def is_quick(self):
        return self.seconds <= QUICK

    def measure(self, bench, most=300):
        """Runs it on an unchanged program; once, by whoever holds the lock."""
        start = time.monotonic()
        self.passes = self.run(bench, most) is None
        self.seconds = time.monotonic() - start

    def is_about(self, file):
        """Whether a unit test includes a header of the file's room; any other test is about everything."""
        name = self.name.removeprefix("unit: ")
        source = ROOT / "test/unit" / f"test-{name}.c"
        room = os.path.dirname(file).split("/")[-1]
        return not source.is_file() or f'#include "{room}/' in source.read_text(encoding="utf-8")

    def kills(self, bench):
        failure = self.run(bench, 5 + 10 * self.seconds)
        self.noticed += failure is not None
        return failure


def meson_tests(build):
    """Every test of the suites that runs a program in which something may be mutated."""
    found = []
    for entry in json.loads(run(["meson", "introspect", "--tests", build.folder])):
        if not any(suite.split(":")[-1] in SUITES for suite in entry["suite"]) or entry["name"] in LEFT_OUT:
            continue
        words = [relative(word, build) for word in entry["cmd"]]
        named = words + [relative(value, build) for value in entry["env"].values()]
        programs = [word for word in named if word in build.links]
        if programs and all(build.has_code_of(program, build.objects) for program in programs):
            suite = entry["suite"][0].split(":")[-1]
            found.append(Test(f"{suite}: {entry['name']}", words, entry["env"], programs))
    return found


class QuickCases(Test):
    """run-cases on one folder, each case judged once."""

    def __init__(self, cases, folder):
        super().__init__(f"{os.path.basename(folder)}, quick", [cases.words[0], "--quick", folder], {}, cases.programs)

    def is_quick(self):
        return True


class Suites:
    """The tests of one build, in the order in which they are tried."""

    def __init__(self, build):
        tests = meson_tests(build)
        self.cases = next(test for test in tests if test.name == "cases: cases")
        examples = next(test for test in tests if test.name == "cases: examples")
        tests += [QuickCases(test, test.words[-1]) for test in (self.cases, examples)]
        self.build, self.tests = build, tests
        self.programs = sorted({program for test in tests for program in test.programs})

    def expect(self, known):
        """The seconds that each took another time."""
        for test in self.tests:
            test.seconds = known.get(test.name, 0.0)

    def of(self, file, quick):
        """Those that can notice a change of the file: the quick ones, a rule's own cases before all, or the others.

        First comes what has noticed most for its time. A slow unit test must be about the file's room.
        """
        archive, folder = self.build.archive_of(file), ROOT / "test/cases" / os.path.basename(file)[:-2]
        if quick and folder.is_dir():
            yield QuickCases(self.cases, str(folder))
        for test in sorted(self.tests, key=lambda test: test.seconds / (1 + test.noticed)):
            if test.is_quick() != quick or not (quick or test.is_about(file)):
                continue
            if any(self.build.has_code_of(program, [archive]) for program in test.programs):
                yield test
