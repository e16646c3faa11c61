"""judge.py - what becomes of one mutant: from the compiler through the tests to a word for the report."""

import json
import threading

from .build import SANITIZED, Bench, Build
from .suites import Suites

NO_CODE, SAME, LISTED, KILLED, SURVIVED = "does not compile", "same code", "equivalent", "killed", "survived"
COUNTED = (KILLED, SURVIVED)


class Stage:
    """One build, its tests, and a bench for each job, with one more where nothing is ever changed."""

    def __init__(self, folder, options, jobs):
        self.build = Build(folder, options)
        self.suites = Suites(self.build)
        self.build.prepare(self.suites.programs)
        self.times = folder / "seconds.json"
        self.suites.expect(json.loads(self.times.read_text(encoding="utf-8")) if self.times.is_file() else {})
        self.unchanged = Bench(self.build, 0)
        self.benches = [Bench(self.build, number) for number in range(1, jobs + 1)]
        self.lock = threading.Lock()

    def tests(self, file, quick):
        for test in self.suites.of(file, quick):
            if self.passes(test):
                yield test

    def passes(self, test):
        """Whether it passes on the unchanged program; if not, it can tell nothing."""
        with test.lock:
            if test.passes is None:
                test.measure(self.unchanged)
                self.keep_time(test)
        return test.passes

    def keep_time(self, test):
        with self.lock:
            known = json.loads(self.times.read_text(encoding="utf-8")) if self.times.is_file() else {}
            known[test.name] = round(test.seconds, 3)
            self.times.write_text(json.dumps(known, indent=1), encoding="utf-8")
            if not test.passes:
                print(f"left out, it fails on the unchanged program: {test.name}", flush=True)

    def measure(self):
        """Every test that has no time yet."""
        for test in self.suites.tests:
            if not test.seconds:
                self.passes(test)


class Judge:
    """Tries mutants on benches, of which each job has its own."""

    def __init__(self, folder, jobs, depth, equivalent):
        self.depth, self.equivalent = depth, equivalent
        self.plain = Stage(folder / "plain", [], jobs)
        self.sanitized = Stage(folder / "sanitized", SANITIZED, jobs) if depth != "quick" else None
        self.plain.measure()
        if self.sanitized:
            # A read behind an end is seen by what reads: programs that are quick without.
            quick = {test.name for test in self.plain.suites.tests if test.is_quick()}
            self.sanitized.suites.tests = [test for test in self.sanitized.suites.tests
                                           if test.name in quick and test.words[0] in test.programs]
            self.sanitized.measure()

    def judge(self, mutant, text, job):
        """A word, and which test noticed, or how many did not."""
        bench = self.plain.benches[job]
        if mutant in self.equivalent:
            return LISTED, ""
        if not bench.mount(mutant, text):
            return NO_CODE, ""
        tried = 0
        for bench, test in self.trials(mutant, text, bench, job):
            if test is None:
                return SAME, ""
            failure = test.kills(bench)
            tried += 1
            if failure:
                return KILLED, f"{test.name} ({failure})"
        return SURVIVED, f"{tried} tests"

    def trials(self, mutant, text, bench, job):
        """Each test with the bench to run it on; no test when the compiler sees no change."""
        for test in self.plain.tests(mutant.file, True):
            yield bench, test
        if bench.is_same_code(mutant, text):
            yield bench, None
        if self.depth == "quick":
            return
        sanitized = self.sanitized.benches[job]
        sanitized.mount(mutant, text)
        for quick in (True, False):
            for test in self.sanitized.tests(mutant.file, quick):
                yield sanitized, test
        for test in self.plain.tests(mutant.file, False):
            yield bench, test
