#!/usr/bin/env python3
"""What a run costs beside the training: the runner's processor time a trial, by how many trials there were before, and
the memory of a worker over a thousand short trials.

    cargo build --release
    python3 benches/scale.py [target/release/kiln]

Studies live in a temporary directory, which $TMPDIR can move. A study with many trials is made of one with a few by
copying their rows, each with a candidate and figures of its own.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile

BEFORE = (100, 1_000, 10_000)
MEASURED = 20
SHORT = 1_000

STUDY = """
[study]
name = "scale"
seed = 7
[data]
source = "digits"
validation = 0.9
[fidelity]
epochs = {epochs}
{scheduler}
[budget]
trials = {trials}
[search]
strategy = "random"
[space]
depth = 1
channels = 2
dense = {{ int = [1, 16] }}
learning_rate = {{ float = [1e-4, 1e-1], log = true }}
"""


class Run:
    """`kiln run` in a directory, and what it says."""

    def __init__(self, kiln, place, text):
        with open(os.path.join(place, "space.toml"), "w", encoding="utf-8") as file:
            file.write(text)
        command = [os.path.abspath(kiln), "run", "--device", "cpu", "--log-format", "json"]
        self.process = subprocess.Popen(
            command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def finished(self):
        """Yields as often as a trial ends."""
        for line in self.process.stderr:
            if line.startswith("{") and json.loads(line).get("event") == "finished":
                yield
        self.process.wait()

    def busy(self):
        """The processor time of the runner itself, in seconds."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        """The memory of the worker and of the runner, in MiB."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="utf-8") as file:
            worker = file.read().split()[0]
        return [memory(worker), memory(self.process.pid)]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.stderr.read()
        self.process.wait()


def memory(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        kib = next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    return round(kib / 1024, 1)


def grow(path, trials):
    """Copies trial 0 until there are so many."""
    store = sqlite3.connect(path)
    (last,) = store.execute("SELECT max(number) FROM trial").fetchone()
    for table in ("warning", "fault", "figure", "epoch", "trial"):
        store.execute(f"DELETE FROM {table} WHERE {'number' if table == 'trial' else 'trial'} > 0 AND {last} > 0")
    more = f"WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < {trials} - 1)"
    columns = "origin, attempt, phase, outcome, began_at, ended_at, holder, era, lease_ends, seen"
    rate = "json_set(candidate, '$.learning_rate', 1e-4 + n * 1e-6)"
    store.executescript(
        f"""BEGIN;
        INSERT INTO trial (number, candidate, {columns}) {more} SELECT n, {rate}, {columns} FROM more, trial;
        INSERT INTO epoch {more} SELECT n, epoch, NULL FROM more, epoch;
        INSERT INTO figure {more}
            SELECT n, epoch, name, CASE epoch WHEN 0 THEN value ELSE abs(random()) / 9.3e18 END FROM more, figure;
        UPDATE trial SET revision = number + 1;
        UPDATE study SET revision = {trials};
        COMMIT;"""
    )
    store.close()


def bookkeeping(kiln, before, scheduler):
    text = STUDY.format(epochs=5, scheduler=scheduler, trials=before + 10 * MEASURED)
    with tempfile.TemporaryDirectory() as place:
        run = Run(kiln, place, text)
        next(run.finished())
        run.stop()
        grow(os.path.join(place, "studies", "scale", "study.db"), before)
        run = Run(kiln, place, text)
        ends = run.finished()
        next(ends)
        began = run.busy()
        for _ in range(MEASURED):
            next(ends)
        spent = run.busy() - began
        run.stop()
    return 1e3 * spent / MEASURED


def short_trials(kiln):
    text = STUDY.format(epochs=1, scheduler="", trials=SHORT)
    with tempfile.TemporaryDirectory() as place:
        run = Run(kiln, place, text)
        for number, _ in enumerate(run.finished(), 1):
            if number in (10, 100, 500, SHORT - 1):
                worker, runner = run.resident()
                print(f"after {number} trials: worker {worker} MiB, runner {runner} MiB", flush=True)


def main():
    kiln = sys.argv[1] if len(sys.argv) > 1 else "target/release/kiln"
    for scheduler in ("", 'scheduler = "median"'):
        for before in BEFORE:
            spent = bookkeeping(kiln, before, scheduler)
            print(f"{scheduler or 'no scheduler'}, {before} trials before: {spent:.1f} ms of the runner a trial", flush=True)
    short_trials(kiln)


if __name__ == "__main__":
    main()
