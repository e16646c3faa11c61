"""checks.py - what a fault test is made of: checks that are counted, and figures that are shown."""


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, holds, what):
        """`what` says what must hold, with the value that was found."""
        self.passed += bool(holds)
        self.failed += not holds
        if not holds:
            print(f"  not so: {what}", flush=True)
        return holds

    def equal(self, found, wanted, what):
        return self.check(found == wanted, f"{what}: {found}, not {wanted}")

    @staticmethod
    def show(what):
        print(f"  {what}", flush=True)

    def load(self, load, failures=0):
        """After a load has ended: no answer was wrong, and no call failed but where that is the fault."""
        self.check(load.wait(), "the callers came to an end")
        self.equal(load.wrong[:3], [], "wrong answers")
        if failures is not None:
            self.equal(load.failed, failures, "failed calls")
        self.check(load.right > 0, "some calls were answered")

    def recorded(self, service, load):
        """Each answer has its record, and no call has two."""
        asked = load.right + len(load.wrong)
        self.equal(service.recorded(load.user, asked), asked, f"records of {load.user}")
        denied = {r["decision"] for r in service.records(load.user) if r["outcome"] == "deny"}
        self.equal(set(load.answered) ^ denied, set(), "denials without a record, or without an answer")

    def users(self, users):
        """Of the people at the command line, after they have left."""
        users.end()
        self.equal(users.bad, [], "what users at the command line saw")
        for text in sorted(users.told):
            self.show(f"docker said: {text}")

    def in_force(self, docker):
        """Without anybody's help the daemon works again, and refuses what it must."""
        status, text = docker("version")
        self.equal(status, 0, f"docker version afterwards: {text}")
        status, text = docker("create", "--privileged", "bb", "true")
        self.check(status != 0 and "denied by plugin cis-authz" in text and "privileged" in text, f"denied: {text}")
        status, text = docker("ps", "--all", "--quiet")
        self.equal((status, text), (0, ""), "containers that should not be")
