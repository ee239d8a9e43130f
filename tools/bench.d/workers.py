"""Two training processes, each on a core of its own, against one."""

import figures
from cases import PRODUCT
from sides import Side, cores


def measure(case, settings):
    """A row; there must be two cores."""
    first, second = cores()[-2:]
    request = PRODUCT.request("inference", PRODUCT.batch) if case is PRODUCT else case.request("training")
    seconds = 3 * settings.seconds
    with Side.wattle(request, first) as left, Side.wattle(request, second) as right:
        alone, together = [], []
        for _ in range(settings.rounds):
            alone.append(figures.mean([rate(case, side.turn(seconds)) for side in (left, right)]))
            for side in (left, right):
                side.send({"seconds": seconds})
            together.append(sum(rate(case, side.receive()) for side in (left, right)))
    return {
        "case": case.name, "oneSamplesPerSecond": figures.median(alone),
        "twoSamplesPerSecond": figures.median(together), "ratio": figures.paired_ratio(together, alone),
        "rounds": {"one": alone, "two": together},
    }


def rate(case, measured):
    return measured["steps"] * case.batch / measured["seconds"]
