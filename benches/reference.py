"""Trains the course report's two networks in Kiln and in Keras on the same images, and compares their mean curves.

    python3 benches/reference.py ARCHIVE [--images N] [--epochs N] [--seeds N] [--shrink N] [--device cpu]

ARCHIVE is CIFAR-100 as published (cifar-100-binary, a folder or a .tar.gz). Of its training images the first N of the
20 superclasses together are taken, as many of each; both sides read the same file. --shrink divides the channels, for
devices on which the networks are too slow. `kiln` is taken from the path, or from the variable KILN.

An epoch agrees where the means of the two sides are closer than the spread from seed to seed: than twice the standard
error of their difference, over all epochs of a curve together at most a twentieth of which may be further apart.
"""

import argparse
import io
import json
import os
import pathlib
import random
import statistics
import subprocess
import tarfile
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
NETWORKS = {"min-max": [64, 128, 256], "relaxed-quantization": [32, 64, 128, 256]}
CURVES = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"]
RECORD = 2 + 3 * 32 * 32
VALIDATION = 0.25
ENLARGEMENT = 5
MIXUP = 0.2
BATCH = 32


def records(archive, name):
    """The file `name` of the archive, a row an image."""
    path = pathlib.Path(archive)
    if path.is_dir():
        content = (path / name).read_bytes()
    else:
        with tarfile.open(path) as tar:
            member = next(member for member in tar.getmembers() if member.name.endswith(f"/{name}"))
            content = tar.extractfile(member).read()
    return np.frombuffer(content, np.uint8).reshape(-1, RECORD)


def subset(archive, count, folder):
    """Writes the first `count` training images, as many of each superclass, as an archive of their own."""
    train = records(archive, "train.bin")
    chosen = np.sort(np.concatenate([np.flatnonzero(train[:, 0] == label)[: count // 20] for label in range(20)]))
    path = folder / "cifar-100-binary.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in [("train.bin", train[chosen]), ("test.bin", records(archive, "test.bin"))]:
            entry = tarfile.TarInfo(f"cifar-100-binary/{name}")
            entry.size = content.nbytes
            tar.addfile(entry, io.BytesIO(content.tobytes()))
        for name in ["fine_label_names.txt", "coarse_label_names.txt"]:
            count = 100 if name.startswith("fine") else 20
            content = "".join(f"class {number}\n" for number in range(count)).encode()
            entry = tarfile.TarInfo(f"cifar-100-binary/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path, train[chosen]


class MinMax(keras.layers.Layer):
    """(x - min) / (max - min) over the whole batch."""

    def call(self, maps):
        low = tf.reduce_min(maps)
        span = tf.reduce_max(maps) - low
        return (maps - low) / tf.where(span == 0, tf.ones_like(span), span)


class Round(keras.layers.Layer):
    """One decimal, clipped to [0.1, 1]; no gradient passes."""

    def call(self, maps):
        return tf.clip_by_value(tf.round(tf.stop_gradient(maps) * 10) / 10, 0.1, 1.0)


def network(name, channels):
    layers = [keras.Input((32, 32, 3))]
    prepare = MinMax if name == "min-max" else Round
    for index, width in enumerate(channels):
        kernel = 1 if name == "relaxed-quantization" and index == 0 else 3
        layers += [prepare(), keras.layers.Conv2D(width, kernel, activation="relu")]
        if name == "relaxed-quantization":
            layers.append(keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
    layers += [prepare(), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(128, activation="relu")]
    layers += [keras.layers.Dropout(0.5), keras.layers.Dense(20)]
    return keras.Sequential(layers)


def keras_curve(name, channels, images, epochs, seed):
    keras.utils.set_random_seed(seed)
    labels = images[:, 0].astype(np.int64)
    pixels = images[:, 2:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).astype(np.float32) / 255
    held, kept = [], []
    for label in range(20):
        positions = np.flatnonzero(labels == label)
        np.random.shuffle(positions)
        cut = round(len(positions) * VALIDATION)
        held.extend(positions[:cut])
        kept.extend(positions[cut:])
    pictures, answers = pixels[kept], labels[kept]
    more = len(kept) // ENLARGEMENT
    ones, others = (np.random.randint(len(kept), size=more) for _ in range(2))
    share = np.random.beta(MIXUP, MIXUP, size=more).astype(np.float32)
    blends = pictures[ones] * share[:, None, None, None] + pictures[others] * (1 - share)[:, None, None, None]
    pictures = np.concatenate([pictures, blends])
    answers = np.concatenate([answers, np.where(share >= 0.5, answers[ones], answers[others])])

    model = network(name, channels)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.01), loss=loss, metrics=["accuracy"])
    curve = {metric: [] for metric in CURVES}
    for _ in range(epochs):
        trained = model.fit(pictures, answers, batch_size=BATCH, shuffle=True, verbose=0).history
        measured = model.evaluate(pixels[held], labels[held], batch_size=256, verbose=0)
        figures = [trained["loss"][0], trained["accuracy"][0], *measured]
        for metric, figure in zip(CURVES, figures):
            curve[metric].append(float(figure))
    return curve


def kiln_curve(name, channels, archive, epochs, seed, device, folder):
    lines = []
    widths = iter(channels)
    for line in (EXAMPLES / f"{name}.toml").read_text().splitlines():
        key = line.split("=")[0].strip()
        replaced = {"seed": seed, "epochs": epochs}.get(key)
        if replaced is None and key == "channels":
            replaced = next(widths)
        lines.append(line if replaced is None else f"{key} = {replaced}")
        if key == "source":
            lines.append(f"path = {json.dumps(str(archive))}")
    study = folder / f"{name}-{seed}.toml"
    study.write_text("\n".join(lines).replace(f'name = "{name}"', f'name = "{name}-{seed}"'))
    kiln = os.environ.get("KILN", "kiln")
    studies = ["--dir", str(folder / "studies")]
    subprocess.run([kiln, "run", str(study), "--device", device, "--quiet", *studies], check=True, capture_output=True)
    show = [kiln, "show", "0", f"{name}-{seed}", "--format", "json", *studies]
    trial = json.loads(subprocess.run(show, check=True, capture_output=True, text=True).stdout)
    return {metric: [epoch["metrics"][metric] for epoch in trial["epochs"]] for metric in CURVES}


def compare(name, ours, theirs):
    print(f"\n{name}: mean of {len(ours)} seeds (standard deviation between seeds), Kiln | Keras")
    apart = points = 0
    for metric in CURVES:
        cells = []
        for epoch in range(len(ours[0][metric])):
            sides = [[curve[metric][epoch] for curve in side] for side in (ours, theirs)]
            means, spreads = [statistics.mean(side) for side in sides], [statistics.stdev(side) for side in sides]
            error = sum(spread**2 / len(ours) for spread in spreads) ** 0.5
            far = abs(means[0] - means[1]) > 2 * error
            apart, points = apart + far, points + 1
            pair = " | ".join(f"{mean:.3f} ({spread:.3f})" for mean, spread in zip(means, spreads))
            cells.append(pair + (" *" if far else ""))
        print(f"  {metric}")
        for epoch, cell in enumerate(cells, 1):
            print(f"    {epoch:2}  {cell}")
    print(f"  {apart} of {points} points are further apart than twice the standard error of the difference (*)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("archive")
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shrink", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        archive, images = subset(options.archive, options.images, folder)
        for name, channels in NETWORKS.items():
            channels = [width // options.shrink for width in channels]
            ours, theirs = [], []
            for seed in range(1, options.seeds + 1):
                ours.append(kiln_curve(name, channels, archive, options.epochs, seed, options.device, folder))
                theirs.append(keras_curve(name, channels, images, options.epochs, seed))
            compare(name, ours, theirs)


if __name__ == "__main__":
    main()
