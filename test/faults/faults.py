#!/usr/bin/env python3
"""faults.py [FAULT...] - makes each fault and counts what was checked. Started by run, within its namespaces."""

import sys
import time
import traceback

import fault_callers
import fault_files
import fault_log
import fault_process
import fault_socket
import fault_standing
import soak
from checks import Checks

SHORT_SOAK = 20000
FAULTS = {
    "killed": fault_process.killed,
    "killed-synced": fault_process.killed_synced,
    "policy-file": fault_files.policy_file,
    "disk-full": fault_files.disk_full,
    "disk-full-again": fault_log.full_and_not,
    "log-fifo": fault_log.fifo,
    "log-cut": fault_log.cut_in_place,
    "log-stands": fault_standing.log_required,
    "recording-stands": fault_standing.recording,
    "unread-stderr": fault_standing.standard_error,
    "socket": fault_socket.names,
    "clock-back": fault_process.clock_back,
    "clock-ahead": fault_process.clock_ahead,
    "many-connections": fault_callers.many_connections,
    "half-sent": fault_callers.half_sent_and_kept,
    "largest-calls": fault_callers.largest_calls,
    "reloads": fault_files.reloads,
    "descriptors": fault_process.descriptors,
    "memory": fault_process.memory,
    "soak": soak.make(SHORT_SOAK),
}


def find(name):
    if name.startswith("soak="):
        return soak.make(int(name.removeprefix("soak=")))
    if name not in FAULTS:
        sys.exit(f"no such fault: {name}; there are {', '.join(FAULTS)}, soak=N")
    return FAULTS[name]


def main():
    chosen = [(name, find(name)) for name in sys.argv[1:] or FAULTS]
    checks = Checks()
    for name, fault in chosen:
        print(f"{name}: {fault.__doc__.splitlines()[0]}", flush=True)
        begin = time.monotonic()
        try:
            fault(checks)
        except Exception:  # whatever it is, the next fault is made as well
            traceback.print_exc(file=sys.stdout)
            checks.check(False, f"{name} came to its end")
        print(f"  {time.monotonic() - begin:.1f} s", flush=True)
    print(f"{checks.passed} passed, {checks.failed} failed, 0 skipped")
    sys.exit(1 if checks.failed else 0)


main()
