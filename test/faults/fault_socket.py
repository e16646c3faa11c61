"""The socket's name: many want it, it is removed, and there are too few descriptors to serve it."""

import os
import subprocess

from service import FOLDER, PROGRAM, SOCKET, Service, Supervisor, answers, docker, wait_for


def names(checks):
    """Three are started at once on a dead socket; the socket of a running one, then its folder, is removed; 8 descriptors."""
    service = Service("socket")
    service.start()
    service.process.kill()
    service.process.wait()
    said = f"{FOLDER}/three.said"
    with open(said, "wb") as out:
        three = [subprocess.Popen([PROGRAM, "serve", "--decision-log", f"{FOLDER}/three.log"], stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=out) for _ in range(3)]
    wait_for(lambda: sum(one.poll() is None for one in three) <= 1 and answers(), seconds=10)
    alive = [one for one in three if one.poll() is None]
    checks.equal(len(alive), 1, "instances alive")
    checks.check(answers(), "one of them answers")
    for one in alive:
        one.terminate()
        one.wait()
    checks.check(not os.path.exists(SOCKET) and not os.path.exists(SOCKET + ".lock"), "nothing is left behind")

    with Supervisor(service) as supervisor:
        starts = supervisor.starts
        os.unlink(SOCKET)
        checks.check(wait_for(lambda: supervisor.starts > starts), "it ends, and another makes the socket again")
        checks.check(service.says("was removed"), "the journal tells that the socket was removed")
        checks.in_force(docker)

    with Supervisor(service) as supervisor:
        starts = supervisor.starts
        folder = os.path.dirname(SOCKET)
        os.rename(folder, folder + ".away")
        checks.check(wait_for(lambda: supervisor.starts > starts), "its folder is replaced: it ends, and another makes both again")
        checks.in_force(docker)
    subprocess.run(["rm", "-r", folder + ".away"], check=True)

    few = subprocess.run(["prlimit", "--nofile=24:24", PROGRAM, "serve", "--decision-log", f"{FOLDER}/few.log"],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    checks.check(few.returncode == 1 and b"open files are allowed" in few.stdout, f"too few descriptors: {few.stdout}")
    checks.show("one of three served; a removed socket was made again, and so was one whose folder was renamed; with 24 descriptors it says so and does not serve")
