"""The statistics of a benchmark; there are no others anywhere else."""

import math
import statistics


def median(values):
    return statistics.median(values)


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def paired_ratio(numerators, denominators):
    """The median of the ratios of values measured in the same round."""
    return median([above / below for above, below in zip(numerators, denominators, strict=True)])


def fastest(times):
    """The name with the least median, of a dictionary from names to the times of all rounds."""
    return min(times, key=lambda name: median(times[name]))


def mean(values):
    return statistics.fmean(values)
