#!/usr/bin/env python3
"""Fronts and crowding distances of pymoo for the test of search/src/pareto.rs.

    python3 -m venv v && v/bin/pip install pymoo
    v/bin/python search/tests/oracles/pareto.py > search/tests/oracles/pareto.json
"""
import json
import numpy as np
from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

cases = []
for objectives, seed in [(2, 1), (3, 2), (4, 3)]:
    points = np.random.default_rng(seed).random((30, objectives)).round(3)
    fronts = NonDominatedSorting().do(points)
    ranks = np.empty(len(points), dtype=int)
    for rank, front in enumerate(fronts):
        ranks[front] = rank
    first = np.sort(fronts[0])
    # pymoo gives the mean over the objectives, the paper the sum; JSON has no infinity.
    crowding = [None if np.isinf(d) else d * objectives for d in calc_crowding_distance(points[first])]
    cases.append({"points": points.tolist(), "ranks": ranks.tolist(), "crowding": crowding})
print("[" + ",\n".join(json.dumps(case) for case in cases) + "]")
