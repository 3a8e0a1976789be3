"""Training throughput of the networks of throughput.rs in PyTorch on the CPU: one JSON line each.

    python3 benches/pytorch.py [--compile] [part of a name]
"""

import json
import os
import sys
import time

import torch
from torch import nn

BIG, SMALL = (3, 32, 32), (1, 8, 8)
NETS = [
    ("64-128-256 on 32x32x3, batch 32", "plain", (64, 128, 256), "valid", BIG, 20, 32, 256),
    ("16-32-64 on 8x8x1, batch 64", "plain", (16, 32, 64), "same", SMALL, 10, 64, 12_800),
    ("depthwise 32-64-128 on 32x32x3, batch 32", "depthwise", (32, 64, 128), "same", BIG, 20, 32, 1_024),
    ("min-max 64-128-256 on 32x32x3, batch 32", "min-max", (64, 128, 256), "valid", BIG, 20, 32, 256),
]


class MinMax(nn.Module):
    """(x - min) / (max - min) over the batch."""

    def forward(self, x):
        low, high = x.min(), x.max()
        return (x - low) / (high - low)


def build(style, channels, padding, inputs, classes):
    layers = []
    for outputs in channels:
        if style == "min-max":
            layers.append(MinMax())
        if style == "depthwise":
            layers += [nn.Conv2d(inputs, inputs, 3, padding=padding, groups=inputs), nn.ReLU()]
            layers += [nn.Conv2d(inputs, outputs, 1), nn.ReLU()]
        else:
            layers += [nn.Conv2d(inputs, outputs, 3, padding=padding), nn.ReLU()]
        inputs = outputs
    if style == "min-max":
        layers.append(MinMax())
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))


def epoch(network, optimizer, images, labels, batch):
    network.train()
    loss_sum, hits = torch.zeros(()), torch.zeros((), dtype=torch.long)
    for chosen in torch.randperm(len(images)).split(batch):
        target = labels[chosen]
        logits = network(images[chosen])
        loss = nn.functional.cross_entropy(logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * len(chosen)
        hits += (logits.argmax(1) == target).sum()
    return loss_sum.item() / len(images), hits.item() / len(images)


# `cargo xtask gpu-bench` asks for another device, and for longer epochs.
torch.set_default_device(os.environ.get("TORCH_DEVICE", "cpu"))
NETS = [(*net, count * int(os.environ.get("TIMES", 1))) for *net, count in NETS]

# The same number of threads as the other side, which reads this variable, too.
torch.set_num_threads(int(os.environ.get("RAYON_NUM_THREADS", 0)) or len(os.sched_getaffinity(0)))
compiled = "--compile" in sys.argv
wanted = ([word for word in sys.argv[1:] if not word.startswith("-")] or [""])[0]
for name, style, channels, padding, shape, classes, batch, count in NETS:
    if wanted not in name:
        continue
    network = build(style, channels, padding, shape[0], classes)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    images = torch.randn(count, *shape)
    labels = torch.arange(count) % classes
    if compiled:
        network.compile()
    for _ in range(2):
        began = time.perf_counter()
        epoch(network, optimizer, images, labels, batch)
        seconds = time.perf_counter() - began
    print(json.dumps({"net": name, "images_per_second": count / seconds}))
