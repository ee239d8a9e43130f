"""Training steps and inferences of every side in turn, in the same minutes on the same core."""

import figures
from sides import Side, SideError, cores, probe

QUICK_TORCH = {
    "training": ["eager", "eager channels_last"],
    "inference": [
        name + suffix for suffix in ("", " channels_last") for name in ("eager", "jit.trace", "jit.trace optimized")],
}
"""All but torch.compile, which takes long."""


def measure(case, mode, settings):
    """A row: medians of all sides over the rounds, and the ratios within the rounds."""
    request = case.request(mode)
    core = cores()[-1]
    peak = probe(core)["gigaflops"]
    variants = QUICK_TORCH[mode] if settings.quick else ()
    with (
        Side.wattle(request, core) as wattle,
        Side.peer("torch", request, core, variants) as torch,
        Side.peer("sklearn", request, core) as sklearn,
    ):
        check_same_network(case, wattle, torch, sklearn)
        contestants = [("Wattle", wattle, None)]
        contestants += [(f"PyTorch {name}", torch, name) for name in torch.ready["variants"]]
        contestants += [("scikit-learn", sklearn, name) for name in sklearn.ready["variants"]]
        times = take_turns(contestants, settings)
        failures = torch.ready["failures"] | sklearn.ready["failures"]
        flops = wattle.ready["flopsPerStep"]
    peak = max(peak, probe(core)["gigaflops"])
    return row(case, mode, times, failures, flops, peak)


def check_same_network(case, wattle, *peers):
    for peer in peers:
        if peer.ready["parameters"] not in (None, wattle.ready["parameters"]):
            raise SideError(
                f"{case.name}: {peer.command[1].name} has {peer.ready['parameters']} parameters, "
                f"Wattle {wattle.ready['parameters']}: not the same network")


def take_turns(contestants, settings):
    """Median times of a step in microseconds, a list with one for each round, by name; every other round backwards."""
    times = {name: [] for name, _, _ in contestants}
    for number in range(settings.rounds):
        for name, side, variant in contestants if number % 2 == 0 else reversed(contestants):
            times[name].append(side.turn(settings.seconds, variant)["medianMicroseconds"])
    return times


def row(case, mode, times, failures, flops, peak):
    torch = {name: rounds for name, rounds in times.items() if name.startswith("PyTorch ")}
    best = figures.fastest(torch)
    wattle = figures.median(times["Wattle"])
    result = {
        "case": case.name, "group": case.group, "mode": mode,
        "wattleMicroseconds": wattle,
        "torchMicroseconds": figures.median(torch[best]), "torchVariant": best.removeprefix("PyTorch "),
        "torchRatio": figures.paired_ratio(torch[best], times["Wattle"]),
        "sklearnMicroseconds": None, "sklearnRatio": None,
        "gigaflops": flops / wattle * 1e-3, "peakGigaflops": peak, "shareOfPeak": flops / wattle * 1e-3 / peak,
        "rounds": times, "notRun": failures,
    }
    if "scikit-learn" in times:
        result["sklearnMicroseconds"] = figures.median(times["scikit-learn"])
        result["sklearnRatio"] = figures.paired_ratio(times["scikit-learn"], times["Wattle"])
    return result


def summary(rows):
    """The geometric mean and the least of the ratios to PyTorch."""
    ratios = [row["torchRatio"] for row in rows]
    return {"geometricMean": figures.geometric_mean(ratios), "least": min(ratios)}
