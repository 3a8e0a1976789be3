#!/usr/bin/env python3
"""Write gain.json: the volume that a normal result is expected to add to a front, by integration.

    pip install numpy scipy && python3 gain.py > gain.json

A place in the space of objectives is gained if the result is nowhere worse than it. So the gain is the integral, over
the places that are below the reference and not dominated yet, of the product over the objectives of the probability to
be below the place. Between the coordinates of the front that is a sum over the cells of a grid, each either dominated
or not, and in a cell the product of one integral an objective.
"""

import itertools
import json

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm


def gain(front, reference, means, deviations):
    count = len(reference)
    inside = [point for point in front if (point < reference).all()]
    ends = [sorted({point[axis] for point in inside} | {reference[axis]}) for axis in range(count)]

    def integral(axis, cell):
        low = ends[axis][cell - 1] if cell else means[axis] - 60 * deviations[axis]
        high = ends[axis][cell]
        # What lies far above the mean would hide the step from the rule.
        breaks = [at for at in (means[axis], means[axis] - 8 * deviations[axis]) if low < at < high]
        parts = zip([low, *reversed(breaks)], [*reversed(breaks), high])
        below = lambda at: norm.cdf(at, means[axis], deviations[axis])
        return sum(quad(below, *part, epsabs=0, epsrel=1e-11, limit=500)[0] for part in parts if part[0] < part[1])

    sides = [[integral(axis, cell) for cell in range(len(ends[axis]))] for axis in range(count)]
    volume = 0.0
    for cells in itertools.product(*(range(len(axis)) for axis in ends)):
        # The lower corner is dominated if a point is nowhere above it.
        lower = np.array([ends[axis][cell - 1] if cell else -np.inf for axis, cell in enumerate(cells)])
        if not any((point <= lower).all() for point in inside):
            volume += np.prod([sides[axis][cell] for axis, cell in enumerate(cells)])
    return volume


def fronts(rng):
    """Random points, dominated ones and equal coordinates among them, some beyond the reference; none at all."""
    for objectives, count in ((2, 0), (2, 1), (2, 6), (2, 15), (3, 0), (3, 1), (3, 7)):
        yield rng.normal(0, 1, (count, objectives)).round(1), np.full(objectives, 1.5)


cases = []
rng = np.random.default_rng(4)
for front, reference in fronts(rng):
    for spread in (0.01, 0.3, 2.0):
        for centre in (-1.0, 0.5, 3.0):
            means = rng.normal(centre, 0.5, len(reference)).round(2)
            deviations = (spread * rng.uniform(0.5, 2, len(reference))).round(4)
            volume = gain(front, reference, means, deviations)
            # Doubles of less than this are not exact.
            if volume > 1e-290:
                cases.append({
                    "front": front.tolist(),
                    "reference": reference.tolist(),
                    "means": means.tolist(),
                    "deviations": deviations.tolist(),
                    "log": float(np.log(volume)),
                })
print("[" + ",\n".join(json.dumps(case) for case in cases) + "]")
