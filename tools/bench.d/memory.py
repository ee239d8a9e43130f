"""The largest resident size (VmHWM) of a process that trains one case."""

from sides import Side, cores


def measure(case, settings):
    """A row: Wattle against PyTorch in the leaner of eager and eager channels_last; compilation takes more."""
    request = case.request("training")
    core = cores()[-1]
    wattle = peak(Side.wattle(request, core), settings)
    variants = ["eager"] if case.group == "mlp" else ["eager", "eager channels_last"]
    torch = min(peak(Side.peer("torch", request, core, [name]), settings, name) for name in variants)
    return {"case": case.name, "wattleBytes": wattle, "torchBytes": torch, "ratio": torch / wattle}


def peak(side, settings, variant=None):
    with side:
        return side.turn(settings.seconds, variant)["peakMemoryBytes"]
