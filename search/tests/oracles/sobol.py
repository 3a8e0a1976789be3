#!/usr/bin/env python3
"""Sobol points of scipy, as whole numbers of 32 bits, for the test of search/src/sampler/sobol.rs.

    python3 -m venv v && v/bin/pip install scipy
    v/bin/python search/tests/oracles/sobol.py > search/tests/oracles/sobol.json
"""
import json
from scipy.stats import qmc

WANTED = [0, 1, 2, 3, 10, 999, 9_999]
points = qmc.Sobol(128, scramble=False, bits=32).random(WANTED[-1] + 1)
print("{" + ",\n".join(f'"{n}": {json.dumps([int(x * 2**32) for x in points[n]])}' for n in WANTED) + "}")
