"""A peer's side of the conversation: as `wattle engine-bench`, it repeats the steps of one network when told to.

The first line of standard input is the case, each further one a turn: {"variant": "eager", "seconds": 0.3}.
"""

import json
import resource
import statistics
import sys
import time


def microseconds_per_step(run, seconds, steps_a_chunk):
    """Repeats for so long; returns the number of steps and the times of one step, each the mean over a chunk."""
    times = []
    begin = last = time.perf_counter()
    while last - begin < seconds or not times:
        run(steps_a_chunk)
        now = time.perf_counter()
        times.append((now - last) * 1e6 / steps_a_chunk)
        last = now
    return times, last - begin


def warm_up(run):
    """Runs for at least 0.2 s after the first steps, which may compile; returns how many steps take about 5 ms.

    A variant that cannot do any number of steps has a `unit`, and is asked for multiples of it only.
    """
    unit = getattr(run, "unit", 4)
    run(unit)
    begin = time.perf_counter()
    steps = 0
    while time.perf_counter() - begin < 0.2:
        run(unit)
        steps += unit
    wanted = steps * 5e-3 / (time.perf_counter() - begin)
    granule = getattr(run, "unit", 1)
    return granule * max(1, round(wanted / granule))


def peak_memory_bytes():
    """VmHWM of this process."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def answer(message):
    print(json.dumps(message), flush=True)


def serve(prepare):
    """Answers lines until standard input ends.

    `prepare(case)` returns the number of parameters, the variants as functions that run so many steps, and a reason
    for each variant that cannot be run.
    """
    case = json.loads(sys.stdin.readline())
    parameters, variants, failures = prepare(case)
    chunks = {}
    for name, run in list(variants.items()):
        try:
            chunks[name] = warm_up(run)
        except Exception as error:  # A variant that fails is reported; the others are measured.
            failures[name] = f"{type(error).__name__}: {error}".splitlines()[0]
            del variants[name]
    answer({"parameters": parameters, "variants": list(variants), "failures": failures})
    for line in sys.stdin:
        turn = json.loads(line)
        name = turn["variant"]
        times, seconds = microseconds_per_step(variants[name], turn["seconds"], chunks[name])
        answer({
            "steps": len(times) * chunks[name], "seconds": seconds, "medianMicroseconds": statistics.median(times),
            "minimumMicroseconds": min(times), "peakMemoryBytes": peak_memory_bytes(),
        })
