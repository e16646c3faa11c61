#!/usr/bin/env python3
"""completion.py PROGRAM - what bash and zsh offer for a command line that was begun."""

import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPLETION = ROOT / "contrib/completion"
COMMANDS = ["serve", "check", "eval", "rules", "explain", "help"]

# What was typed, with the word to complete last; words that must be offered; words that must not.
CASES = [
    ("", COMMANDS, ["privileged"]),
    ("--v", ["--version"], ["--help"]),
    ("ex", ["explain"], ["eval"]),
    ("serve --", ["--policy", "--socket", "--decision-log", "--help"], ["--format"]),
    ("check --f", ["--format"], ["--policy"]),
    ("check --format ", ["text", "json"], ["names", "or"]),
    ("check --format j", ["json"], ["text"]),
    ("serve --log-level ", ["all", "denied"], []),
    ("rules --format n", ["names"], ["json"]),
    ("rules --operation container.c", ["container.create", "container.commit"], ["container.start", "reads"]),
    ("explain priv", ["privileged", "privileged-ports"], ["host-pid"]),
    ("help ", COMMANDS, ["privileged"]),
    ("check pol", ["policy.yaml"], ["notes"]),
    ("serve --policy pol", ["policy.yaml"], ["notes"]),
    ("serve --root fol", ["folder"], ["folder.txt"]),
]
# bash splits words at "=".
BASH_CASES = [("check --format = ", ["text", "json"], []), ("check --format = j", ["json"], ["text"])]


def bash(typed, environment, folder):
    words = ["cis-authz", *typed.split(" ")]
    array = " ".join(shlex.quote(word) for word in words)
    script = (f"source {shlex.quote(str(COMPLETION / 'cis-authz.bash'))}\nCOMP_WORDS=({array})\n"
              f"COMP_CWORD={len(words) - 1}\n_cis_authz\n" 'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "--norc", "-c", script], env=environment, cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.split()


def read_until(terminal, marker, seconds=20):
    text = ""
    end = time.monotonic() + seconds
    while marker not in text and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            text += os.read(terminal, 65536).decode("utf-8", "replace")
    return text


def zsh(typed, environment, folder):
    """A terminal with zsh in it; ^D behind a word lists what would complete it."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f"], environment)
    start = (f"fpath=({shlex.quote(str(COMPLETION))} $fpath); autoload -Uz compinit; compinit -u -D; PS1=; "
             "zstyle ':completion:*' list-separator ' '; LISTMAX=0; bindkey -e; "
             "bindkey '^X' list-choices; bindkey '^Y' send-break; print READY''NOW\n")
    os.write(terminal, start.encode())
    read_until(terminal, "READYNOW")
    os.write(terminal, f"cis-authz {typed}\x18\x19print DONE''NOW\n".encode())
    listed = read_until(terminal, "DONENOW")
    os.write(terminal, b"exit\n")
    os.close(terminal)
    os.waitpid(process, 0)
    # Without what moves the cursor, and the NULs that give an old terminal time.
    listed = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", " ", listed.replace("\0", "").replace("\a", ""))
    # What was typed is echoed first; the list follows on lines of its own.
    return listed.partition("\n")[2].replace("DONENOW", "").split()


def main(program):
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "bin").mkdir()
        (folder / "bin/cis-authz").symlink_to(pathlib.Path(program).resolve())
        work = folder / "work"
        (work / "folder").mkdir(parents=True)
        for file in ("policy.yaml", "notes", "folder.txt"):
            (work / file).touch()
        environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}", TERM="vt100", COLUMNS="200",
                           LINES="200", HOME=name)
        for shell, complete, cases in (("bash", bash, CASES + BASH_CASES), ("zsh", zsh, CASES)):
            if not shutil.which(shell):
                skipped += len(cases)
                print(f"skipped: {shell} is not installed")
                continue
            for typed, wanted, unwanted in cases:
                offered = [word.rstrip("/") for word in complete(typed, environment, work)]
                missing = [word for word in wanted if word not in offered]
                wrong = [word for word in unwanted if word in offered]
                if missing or wrong:
                    failed += 1
                    print(f"{shell}: cis-authz {typed}: missing {missing}, wrong {wrong}, offered {offered[:40]}")
                else:
                    passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
