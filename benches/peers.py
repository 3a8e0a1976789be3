#!/usr/bin/env python3
"""Run Optuna on those problems of `cargo xtask quality` that ../shared/benchmarks/side_by_side.py leaves out.

    pip install optuna numpy torch cmaes
    python3 benches/peers.py --out optuna.csv --seeds 20 --evaluations 100
    cargo xtask quality --with optuna.csv

A row is problem,method,seed,evaluations,regret, as the harness writes it. The definitions are those of
xtask/src/quality/{fronts,network,tables}.rs: zdt1-3 by the share of the best front's hypervolume that is missing,
`network` by its loss, the pools of LCBench by the accuracy of the configuration next to the candidate. That they are
equal shows in the figures of `optuna-random` beside those of `random`.
"""

import argparse
import csv
import gzip
import math
import os
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)

NOTED = (25, 50, 100, 150, 200, 300, 500)
REFERENCE = (1.1, 11.0)


def dominated(points):
    """The area that `points` dominate and REFERENCE does not, less being better."""
    area, low = 0.0, REFERENCE[1]
    for first, second in sorted(points):
        if first < REFERENCE[0] and second < low:
            area += (REFERENCE[0] - first) * (low - second)
            low = second
    return area


class Front:
    """ZDT1, ZDT2 or ZDT3: two objectives of 30 numbers."""

    objectives = 2

    def __init__(self, trade):
        self.trade = trade
        self.whole = dominated([(step / 10_000, trade(step / 10_000, 1.0)) for step in range(10_001)])

    def evaluate(self, trial):
        x = [trial.suggest_float(f"x{index}", 0, 1) for index in range(30)]
        rest = 1 + 9 * sum(x[1:]) / 29
        return (x[0], self.trade(x[0], rest))

    def regret(self, seen):
        return 1 - dominated(seen) / self.whole


class Single:
    """A problem of one objective, without noise, whose value is its regret."""

    objectives = 1

    def regret(self, seen):
        return min(values[0] for values in seen)


class Network(Single):
    """The made-up network with conditional parameters and repeated stages."""

    def evaluate(self, trial):
        depth = trial.suggest_int("depth", 1, 6)
        optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam", "adamw"])
        rate = math.log10(trial.suggest_float("learning_rate", 1e-5, 1.0, log=True))
        if optimizer == "sgd":
            off = trial.suggest_float("momentum", 0.0, 0.99) - 0.9
        if optimizer != "adam":
            decay = (math.log10(trial.suggest_float("weight_decay", 1e-6, 1e-1, log=True)) + 4) / 5
        dropout = trial.suggest_float("dropout", 0.0, 0.8)
        if optimizer == "sgd":
            training = 0.15 * (rate + 1 + 2 * off) ** 2 + 2 * off**2 + 0.2 * decay**2
        elif optimizer == "adam":
            training = 0.08 + 0.1 * (rate + 3) ** 2
        else:
            training = 0.04 + 0.1 * (rate + 3) ** 2 + 0.2 * decay**2
        stages = 0.0
        for copy in range(depth):
            # From 8 to 128 channels, by their logarithm, so that their order is known.
            channels = trial.suggest_int(f"channels{copy}", 3, 7)
            kernel = trial.suggest_categorical(f"kernel{copy}", [1, 3, 5, 7])
            skip = trial.suggest_categorical(f"skip{copy}", [False, True])
            stages += 0.05 * (channels - min(4 + copy, 7)) ** 2
            stages += 0.02 * (kernel - (5 if copy == 0 else 3)) ** 2
            stages += 0.0 if skip == (copy >= 2) else 0.06
        return (training + stages / depth + 0.05 * abs(depth - 4) + 0.3 * (dropout - 0.2) ** 2,)


class Pool(Single):
    """A task of LCBench, all epochs trained."""

    # Name, ends, whether it is whole, whether it is logarithmic.
    AXES = [
        ("batch_size", 16, 512, True, True),
        ("learning_rate", 1e-4, 1e-1, False, True),
        ("momentum", 0.1, 0.99, False, False),
        ("weight_decay", 1e-5, 1e-1, False, False),
        ("num_layers", 1, 5, True, False),
        ("max_units", 64, 1024, True, True),
        ("max_dropout", 0.0, 1.0, False, False),
    ]

    def __init__(self, path):
        with gzip.open(path, "rt") as table:
            rows = list(csv.DictReader(table))
        self.accuracies = np.array([float(row["val_accuracy_52"]) for row in rows])
        self.places = np.array([self.place([float(row[axis[0]]) for axis in self.AXES]) for row in rows])

    def place(self, values):
        return [
            math.log(value / low) / math.log(high / low) if log else (value - low) / (high - low)
            for value, (_, low, high, _, log) in zip(values, self.AXES)
        ]

    def evaluate(self, trial):
        values = [
            trial.suggest_int(name, low, high, log=log) if whole else trial.suggest_float(name, low, high, log=log)
            for name, low, high, whole, log in self.AXES
        ]
        nearest = ((self.places - self.place(values)) ** 2).sum(1).argmin()
        return (float(self.accuracies.max() - self.accuracies[nearest]),)


SAMPLERS = {
    "optuna-random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "optuna-tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "optuna-nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed, population_size=20),
    "optuna-cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "optuna-gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}


def problems(tables):
    found = {
        "zdt1": Front(lambda first, rest: rest * (1 - math.sqrt(first / rest))),
        "zdt2": Front(lambda first, rest: rest * (1 - (first / rest) ** 2)),
        "zdt3": Front(
            lambda first, rest: rest
            * (1 - math.sqrt(first / rest) - first / rest * math.sin(10 * math.pi * first))
        ),
        "network": Network(),
    }
    for task in ("3945", "34539", "126025"):
        found[f"lcbench-{task}"] = Pool(f"{tables}/lcbench-{task}.csv.gz")
    return found


def main():
    arguments = argparse.ArgumentParser(description="Run Optuna on problems of `cargo xtask quality`.")
    arguments.add_argument("--out", default="optuna.csv")
    arguments.add_argument("--seeds", type=int, default=20)
    arguments.add_argument("--evaluations", type=int, default=100)
    arguments.add_argument("--tables", default="../shared/benchmarks")
    arguments.add_argument("--problems", help="names, separated by commas; all if left out")
    arguments.add_argument("--methods", default="optuna-random,optuna-tpe,optuna-nsga2,optuna-cmaes")
    options = arguments.parse_args()
    known = problems(options.tables)
    names = options.problems.split(",") if options.problems else list(known)
    with open(options.out, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["problem", "method", "seed", "evaluations", "regret"])
        for seed in range(options.seeds):
            for name in names:
                for method in options.methods.split(","):
                    problem = known[name]
                    if method == "optuna-cmaes" and problem.objectives > 1:
                        continue
                    study = optuna.create_study(
                        directions=["minimize"] * problem.objectives, sampler=SAMPLERS[method](seed)
                    )
                    seen = []
                    for count in range(1, options.evaluations + 1):
                        trial = study.ask()
                        seen.append(problem.evaluate(trial))
                        study.tell(trial, list(seen[-1]))
                        if count in NOTED or count == options.evaluations:
                            out.writerow([name, method, seed, count, f"{problem.regret(seen):.6e}"])
                    file.flush()
                    print(name, method, seed, f"{problem.regret(seen):.4g}", file=sys.stderr)


main()
