"""Runs throughput.rs and pytorch.py, taking turns, and prints the medians and their ratios.

    python3 benches/compare.py [--rounds 5] [--compile] [--alone] [part of a name]

Both have as many threads as there are processors; with --alone, two processes of one thread each run at once, as two
workers do. --compile adds networks compiled by torch.compile, which needs a C++ compiler.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def build():
    """The path of throughput.rs, built."""
    command = ["cargo", "bench", "--bench", "throughput", "--no-run", "--message-format", "json"]
    built = subprocess.run(command, cwd=os.path.dirname(HERE), check=True, stdout=subprocess.PIPE, text=True)
    paths = [json.loads(line).get("executable") for line in built.stdout.splitlines() if line.startswith("{")]
    return [path for path in paths if path and "throughput" in path][-1]


# As `kiln run` starts its workers: see src/runner/process.rs.
MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "2147483648",
    "MALLOC_TOP_PAD_": "67108864",
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--compile", action="store_true")
    arguments.add_argument("--alone", action="store_true")
    arguments.add_argument("name", nargs="?", default="")
    options = arguments.parse_args()
    pytorch = [sys.executable, os.path.join(HERE, "pytorch.py")]
    sides = {"kiln": ([build(), options.name], MEMORY), "pytorch": (pytorch + [options.name], {})}
    if options.compile:
        sides["compiled"] = (pytorch + ["--compile", options.name], {})
    speeds = {}
    for _ in range(options.rounds):
        for side, (command, memory) in sides.items():
            threads = {"RAYON_NUM_THREADS": "1"} if options.alone else {}
            environment = {**os.environ, **memory, **threads}
            started = [
                subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
                for _ in range(2 if options.alone else 1)
            ]
            measured = {}
            for process in started:
                for line in process.communicate()[0].splitlines():
                    row = json.loads(line)
                    measured[row["net"]] = measured.get(row["net"], 0) + row["images_per_second"]
            for net, speed in measured.items():
                speeds.setdefault(net, {}).setdefault(side, []).append(speed)
    for net, of in speeds.items():
        print(net)
        for side, values in of.items():
            ratios = [ours / theirs for ours, theirs in zip(of["kiln"], values)]
            print(
                f"  {side}: {statistics.median(values):.0f} images/s,"
                f" Kiln's are {statistics.median(ratios):.2f} of it ({min(ratios):.2f} to {max(ratios):.2f})",
                flush=True,
            )


main()
