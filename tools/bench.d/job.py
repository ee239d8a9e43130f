"""The whole job: 60 random trials of search-spaces/digits-mlp.yaml, in CPU-seconds of process trees."""

import csv
import ctypes
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
SET_CHILD_SUBREAPER = 36
"""prctl's; an orphan of a side then becomes this process's child, and its time is not lost."""


def measure(settings):
    """Both sides in turn, each with one seed after the other, since seeds draw larger and smaller networks."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    rounds = {"wattle": [], "optuna": []}
    for seed in range(1, settings.job_seeds + 1):
        rounds["wattle"].append(wattle(seed, settings.trials))
        rounds["optuna"].append(optuna(seed, settings.trials))

    def total(side, key):
        return sum(run[key] for run in rounds[side])

    return {
        "trials": settings.trials, "seeds": settings.job_seeds,
        "wattleCPUSeconds": total("wattle", "cpuSeconds") / settings.job_seeds,
        "torchCPUSeconds": total("optuna", "cpuSeconds") / settings.job_seeds,
        "ratio": total("optuna", "cpuSeconds") / total("wattle", "cpuSeconds"),
        "leastRatio": min(
            peer["cpuSeconds"] / own["cpuSeconds"] for own, peer in zip(rounds["wattle"], rounds["optuna"])),
        "wattleWallSeconds": figures.median([run["wallSeconds"] for run in rounds["wattle"]]),
        "torchWallSeconds": figures.median([run["wallSeconds"] for run in rounds["optuna"]]),
        "wattleAccuracy": figures.median([run["bestAccuracy"] for run in rounds["wattle"]]),
        "torchAccuracy": figures.median([run["bestAccuracy"] for run in rounds["optuna"]]),
        "rounds": rounds,
    }


def wattle(seed, trials):
    with tempfile.TemporaryDirectory() as folder:
        result, _ = timed(
            [WATTLE, "search", SPACE, "--strategy", "random", "--trials", str(trials), "--seed", str(seed),
             "--run", f"{folder}/run"])
        with open(f"{folder}/run/trials.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["state"] == "completed"]
    accuracies = [float(row["validation_accuracy"]) for row in rows]
    return result | {"completed": len(rows), "bestAccuracy": max(accuracies), "medianAccuracy": figures.median(accuracies)}


def optuna(seed, trials):
    result, output = timed([sys.executable, HERE / "optuna_job.py", DIGITS, str(seed), str(trials)])
    accuracies = [float(line) for line in output.split()]
    return result | {
        "completed": len(accuracies), "bestAccuracy": max(accuracies), "medianAccuracy": figures.median(accuracies)}


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
