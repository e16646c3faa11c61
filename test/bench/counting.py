"""counting.py - instructions by valgrind, the same on every machine with the same packages.

glibc picks its memcpy and memset by the processor, and valgrind counts a `rep stosb` as one instruction a byte; so
everything is told to use the plain SSE2 ones.
"""

import os
import re
import subprocess

NOT_USED = ["AVX", "AVX2", "AVX2_Usable", "AVX512F", "AVX512VL", "AVX512BW", "AVX_Fast_Unaligned_Load", "BMI1", "BMI2",
            "ERMS", "FSRM", "LZCNT", "MOVBE", "POPCNT", "RTM", "SSE4_1", "SSE4_2", "SSSE3", "Fast_Unaligned_Load",
            "Fast_Unaligned_Copy", "XSAVEC"]


def environment():
    tunables = "glibc.cpu.hwcaps=" + ",".join(f"-{feature}" for feature in NOT_USED)
    # The size of the environment moves the stack; this one is always the same.
    return {"PATH": os.environ["PATH"], "LC_ALL": "C", "GLIBC_TUNABLES": tunables}


def command(output, *program):
    # Under valgrind a hard limit can not be lowered; it shows the soft one as both.
    return ["prlimit", "--nofile=1024:", "valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", *map(str, program)]


def collected(stderr):
    return int(re.search(r"Collected *: *(\d+)", stderr).group(1))


def instructions(*program):
    """Of a whole run of a program that ends by itself."""
    run = subprocess.run(command(os.devnull, *program), env=environment(), stderr=subprocess.PIPE, text=True, check=True)
    return collected(run.stderr)
