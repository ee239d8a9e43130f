"""Measures Wattle's engine beside PyTorch and scikit-learn; started by tools/bench."""

import argparse
import json
import pathlib
import sys

import job
import machine
import memory
import steps
import tables
import workers
from cases import CASES, PRODUCT
from sides import ROOT, SideError, cores

GROUPS = ["mlp", "cnn", "inference", "workers", "memory", "job"]
README = ROOT / "README.md"
WORKERS_CASES = [
    "MLP 64-128-128-10 (32)", "MLP 784-512-512-10 (128)", "CNN 8×8×1, 16-32 (32)", "CNN 28×28×1, 16-32 (64)"]


def groups(text):
    chosen = text.split(",")
    for name in chosen:
        if name not in GROUPS:
            raise argparse.ArgumentTypeError(f"expected some of {','.join(GROUPS)}, got {name}")
    return chosen


def settings_of(arguments):
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short turns, no torch.compile, one seed of the job")
    parser.add_argument("--cases", type=groups, default=GROUPS, metavar=",".join(GROUPS), help="what to measure")
    parser.add_argument("--match", default="", metavar="TEXT", help="only the networks whose name holds this")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE", help="write the tables there too")
    parser.add_argument("--readme", action="store_true", help="put the tables into README.md, between their marks")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every round's figures there")
    settings = parser.parse_args(arguments)
    settings.rounds, settings.seconds = (3, 0.15) if settings.quick else (7, 0.3)
    settings.trials, settings.job_seeds = 60, 1 if settings.quick else 5
    return settings


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(settings, results):
    """Fills `results` part by part, so that a part that fails does not take along what was measured before."""
    results["machine"] = machine.describe()
    chosen = [case for case in CASES if settings.match in case.name]
    rows = results["steps"] = []
    try:
        for case in chosen:
            if case.group in settings.cases:
                say(f"{case.name}, training")
                rows.append(steps.measure(case, "training", settings))
        if "inference" in settings.cases:
            for case in different_networks(chosen):
                say(f"{case.name}, inference at batch 1")
                rows.append(steps.measure(case, "inference", settings))
    finally:
        results["summaries"] = summaries(rows)
    if "workers" in settings.cases:
        if len(cores()) > 1:
            say("two processes against one")
            measured = [case for case in chosen if case.name in WORKERS_CASES] + [PRODUCT]
            results["workers"] = [workers.measure(case, settings) for case in measured]
        else:
            say("two processes against one need two cores; left out")
    if "memory" in settings.cases:
        say("peak memory")
        results["memory"] = [memory.measure(case, settings) for case in chosen]
    if "job" in settings.cases:
        say("the whole job")
        results["job"] = job.measure(settings)


def different_networks(cases):
    """Of cases that differ in their batch only, the first."""
    networks = {}
    for case in cases:
        networks.setdefault(str((case.sample_shape, case.layers)), case)
    return list(networks.values())


def summaries(rows):
    """Geometric means by group and mode, and of all inferences."""
    by_key = {}
    for row in rows:
        by_key.setdefault(f"{row['group']} {row['mode']}", []).append(row)
        if row["mode"] == "inference":
            by_key.setdefault("inference", []).append(row)
    return {key: steps.summary(chosen) for key, chosen in by_key.items()}


def main():
    settings = settings_of(sys.argv[1:])
    results = {}
    try:
        run(settings, results)
    except SideError as error:
        if results.get("steps"):
            print(tables.text(results, settings), end="")
        say(str(error))
        sys.exit(70)
    print(tables.text(results, settings), end="")
    if settings.markdown:
        settings.markdown.write_text(tables.markdown(results, settings))
    if settings.readme:
        README.write_text(tables.replaced(README.read_text(), tables.markdown(results, settings)))
    if settings.json:
        settings.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
