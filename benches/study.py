#!/usr/bin/env python3
"""Trials a minute of a small study: `kiln run --workers 2`, and Optuna with PyTorch in one process and in two.

    cargo build --release
    pip install optuna torch
    python3 benches/study.py [target/release/kiln]

Twelve candidates are drawn by Kiln from the space below and trained by both for five epochs of the digits. What starting
costs counts on both sides.
"""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import optuna

HERE = os.path.dirname(os.path.abspath(__file__))
TRIALS, EPOCHS = 12, 5
STUDY = f"""
[study]
name = "speed"
seed = 3
[data]
source = "digits"
[fidelity]
epochs = {EPOCHS}
[budget]
trials = {TRIALS}
[search]
strategy = "random"
[space]
depth = {{ int = [1, 3] }}
padding = "same"
kernel = {{ one_of = [1, 3, 5] }}
channels = {{ one_of = [8, 16, 32, 64] }}
normalization = {{ one_of = ["none", "batch"] }}
optimizer = "adam"
learning_rate = {{ float = [1e-4, 1e-2], log = true }}
batch_size = {{ one_of = [32, 64] }}
"""


def kiln(program):
    """Seconds of the study, and its candidates."""
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "space.toml"), "w", encoding="utf-8") as file:
            file.write(STUDY)
        command = [os.path.abspath(program), "run", "--workers", "2", "--device", "cpu", "--log-format", "json"]
        began = time.perf_counter()
        subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        store = sqlite3.connect(os.path.join(place, "studies", "speed", "study.db"))
        return seconds, [json.loads(row[0]) for row in store.execute("SELECT candidate FROM trial")]


WORKER = '''
import json, sys, numpy, optuna, torch
from torch import nn
optuna.logging.set_verbosity(optuna.logging.ERROR)
torch.set_num_threads(int(sys.argv[2]))
images, labels = torch.randn(1437, 1, 8, 8), torch.arange(1437) % 10
held, known = torch.randn(360, 1, 8, 8), torch.arange(360) % 10

def train(c):
    layers, inputs = [], 1
    for stage in range(c["depth"]):
        channels = c.get(f"stage[{stage}].channels", c.get("channels"))
        kernel = c.get(f"stage[{stage}].kernel", c.get("kernel"))
        normalized = c.get(f"stage[{stage}].normalization", c.get("normalization")) == "batch"
        layers.append(nn.Conv2d(inputs, channels, kernel, padding="same", bias=not normalized))
        layers += [nn.BatchNorm2d(channels)] * normalized + [nn.ReLU()]
        inputs = channels
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=c["learning_rate"])
    for _ in range(EPOCHS):
        network.train()
        for chosen in torch.randperm(len(images)).split(c["batch_size"]):
            loss = nn.functional.cross_entropy(network(images[chosen]), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            accuracy = (network(held).argmax(1) == known).float().mean().item()
    return accuracy

candidates = json.load(open(sys.argv[1]))
study = optuna.create_study(direction="maximize", storage=sys.argv[3], study_name="speed", load_if_exists=True)
study.optimize(lambda trial: train(candidates[trial.number]), n_trials=len(candidates) // int(sys.argv[4]))
'''


def peer(candidates, processes):
    """Seconds of the same candidates under Optuna and PyTorch."""
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "candidates.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(candidates, file)
        program = WORKER.replace("EPOCHS", str(EPOCHS))
        storage = f"sqlite:///{place}/optuna.db"
        command = [sys.executable, "-c", program, path, str(2 // processes), storage, str(processes)]
        optuna.create_study(direction="maximize", storage=storage, study_name="speed")
        began = time.perf_counter()
        for process in [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(processes)]:
            assert process.wait() == 0
        return time.perf_counter() - began


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/kiln"
    ratios = []
    for _ in range(5):
        seconds, candidates = kiln(program)
        ours = 60 * len(candidates) / seconds
        theirs = {processes: 60 * TRIALS / peer(candidates, processes) for processes in (1, 2)}
        ratios.append(ours / max(theirs.values()))
        print(
            f"trials a minute: Kiln {ours:.0f}; Optuna and PyTorch {theirs[1]:.0f} in one process, {theirs[2]:.0f} in two;"
            f" ratio {ratios[-1]:.2f}",
            flush=True,
        )
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
