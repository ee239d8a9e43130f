"""The whole job: 60 random trials of search-spaces/digits-mlp.yaml, in CPU-seconds of process trees.

Neither side measures what inferences take.
"""

import csv
import ctypes
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import figures
from sides import HERE, ROOT, WATTLE, SideError, environment

SPACE = ROOT / "search-spaces" / "digits-mlp.yaml"
DIGITS = ROOT / "Sources" / "Datasets" / "Resources" / "digits.csv"
TRAINING_SAMPLES = 1078
"""60 % of the digits, on both sides."""

SET_CHILD_SUBREAPER = 36
"""prctl's; an orphan of a side then becomes this process's child, and its time is not lost."""


def measure(settings):
    """Both sides in turn, each with one seed after the other, since seeds draw larger and smaller networks."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    rounds = {"wattle": [], "optuna": []}
    for seed in range(1, settings.job_seeds + 1):
        rounds["wattle"].append(wattle(seed, settings.trials))
        rounds["optuna"].append(optuna(seed, settings.trials))

    return {
        "trials": settings.trials, "seeds": settings.job_seeds, "ratio": ratio(rounds), "rounds": rounds,
        **{side: {key: figures.mean([run[key] for run in runs]) for key in runs[0]} for side, runs in rounds.items()},
    }


def ratio(rounds):
    """Of the CPU-seconds of all seeds together, which differ less by luck than those of one."""
    own, peer = (sum(run["cpuSeconds"] for run in rounds[side]) for side in ("wattle", "optuna"))
    return peer / own


def wattle(seed, trials):
    with tempfile.TemporaryDirectory() as folder:
        result, _ = timed(
            [WATTLE, "search", SPACE, "--strategy", "random", "--trials", str(trials), "--seed", str(seed),
             "--set", "energy.inference.measure=none", "--run", f"{folder}/run"])
        with open(f"{folder}/run/trials.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["state"] == "completed"]
    steps = [int(row["epochs"]) * math.ceil(TRAINING_SAMPLES / int(row["batch-size"])) for row in rows]
    return result | outcome([float(row["validation_accuracy"]) for row in rows], steps)


def optuna(seed, trials):
    result, output = timed([sys.executable, HERE / "optuna_job.py", DIGITS, str(seed), str(trials)])
    rows = [line.split() for line in output.splitlines()]
    return result | outcome([float(row[0]) for row in rows], [int(row[1]) for row in rows])


def outcome(accuracies, steps):
    return {
        "completed": len(accuracies), "steps": sum(steps), "bestAccuracy": max(accuracies),
        "medianAccuracy": figures.median(accuracies)}


def timed(command):
    """Runs a command; the CPU-seconds are those of it and of all its descendants, from start to end."""
    before, begin = children_seconds(), time.perf_counter()
    ended = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - begin
    if ended.returncode != 0:
        raise SideError(f"{pathlib.Path(command[0]).name} ended with status {ended.returncode}: {ended.stderr[-500:]}")
    wait_for_orphans()
    return {"cpuSeconds": children_seconds() - before, "wallSeconds": wall}, ended.stdout


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def wait_for_orphans():
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return
