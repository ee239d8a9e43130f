"""The processes that take turns: Wattle's engine and its peers."""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WATTLE = ROOT / ".build" / "release" / "wattle"
STATE = ROOT / ".build-bench"


class SideError(Exception):
    pass


def environment():
    """One thread for every library, and OpenBLAS's own choice of kernels, on all sides."""
    variables = dict(os.environ)
    for name in ("OPENBLAS_CORETYPE", "WATTLE_BLAS_CORE"):
        variables.pop(name, None)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TORCHINDUCTOR_COMPILE_THREADS"):
        variables[name] = "1"
    variables["TORCHINDUCTOR_CACHE_DIR"] = str(STATE / "inductor")
    return variables


def cores():
    """One allowed processor of each physical core, ascending."""
    seen, chosen = set(), []
    for processor in sorted(os.sched_getaffinity(0)):
        path = pathlib.Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
        siblings = path.read_text() if path.exists() else str(processor)
        if siblings not in seen:
            seen.add(siblings)
            chosen.append(processor)
    return chosen


def probe(core):
    """The speed of a large sgemm on a core: {"gigaflops": …, "blasCore": …}."""
    output = subprocess.run(
        [WATTLE, "engine-probe"], env=environment(), stdout=subprocess.PIPE, check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core})).stdout
    return json.loads(output)


class Side:
    """One process pinned to a core, warm after `__init__`; a context manager that ends it."""

    def __init__(self, command, request, core):
        self.process = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        self.command = command
        self.send(request)
        self.ready = self.receive()

    @classmethod
    def wattle(cls, request, core):
        return cls([WATTLE, "engine-bench"], request, core)

    @classmethod
    def peer(cls, name, request, core, variants=()):
        """`torch` or `sklearn`; without `variants`, all that it has."""
        return cls([sys.executable, HERE / f"{name}_peer.py", *variants], request, core)

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            raise SideError(f"{' '.join(map(str, self.command))} ended with status {self.process.wait()}")
        return json.loads(line)

    def turn(self, seconds, variant=None):
        self.send({"seconds": seconds, "variant": variant})
        return self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
