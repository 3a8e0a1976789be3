"""Runs throughput.rs and pytorch.py five times each, taking turns, and prints the medians and their ratio.

Build first: cargo bench --bench throughput --no-run
"""

import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5
SIDES = {
    "kiln": ["cargo", "bench", "--quiet", "--bench", "throughput"],
    "pytorch": [sys.executable, os.path.join(HERE, "pytorch.py")],
}

speeds = {}
for _ in range(ROUNDS):
    for side, command in SIDES.items():
        output = subprocess.run(command, cwd=os.path.dirname(HERE), check=True, capture_output=True, text=True).stdout
        for line in output.splitlines():
            if line.startswith("{"):
                measured = json.loads(line)
                speeds.setdefault(measured["net"], {}).setdefault(side, []).append(measured["images_per_second"])

for net, sides in speeds.items():
    medians = {side: statistics.median(values) for side, values in sides.items()}
    ratios = [ours / theirs for ours, theirs in zip(sides["kiln"], sides["pytorch"])]
    print(
        f"{net}: kiln {medians['kiln']:.0f}, pytorch {medians['pytorch']:.0f} images/s,"
        f" median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )
