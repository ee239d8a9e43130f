"""What the figures were measured on and with."""

import datetime
import importlib.metadata
import os
import platform
import subprocess

from sides import ROOT, cores, probe


def describe():
    measured = probe(cores()[-1])
    packages = ["torch", "scikit-learn", "optuna", "numpy"]
    return {
        "date": datetime.date.today().isoformat(), "processor": processor(), "cores": len(cores()),
        "kernel": platform.release(), "blas": measured["blasConfiguration"], "blasCore": measured["blasCore"],
        "sgemmGigaflops": measured["gigaflops"], "commit": commit(), "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        "loadAverage": os.getloadavg()[0],
    }


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def commit():
    """The commit of the sources, with a + behind it if they were changed since; None outside a repository."""
    def git(*arguments):
        ended = subprocess.run(
            ["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return ended.stdout.strip() if ended.returncode == 0 else None

    name = git("rev-parse", "--short", "HEAD")
    return name and name + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")
