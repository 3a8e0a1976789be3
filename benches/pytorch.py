"""Training throughput of the two networks of throughput.rs in PyTorch on the CPU: one JSON line each."""

import json
import os
import time

import torch
from torch import nn

NETS = [
    ("64-128-256 on 32x32x3, batch 32", (64, 128, 256), (3, 32, 32), 20, 32, 256),
    ("16-32-64 on 8x8x1, batch 64", (16, 32, 64), (1, 8, 8), 10, 64, 12_800),
]


def build(channels, inputs, classes):
    layers = []
    for outputs in channels:
        layers += [nn.Conv2d(inputs, outputs, 3), nn.ReLU()]
        inputs = outputs
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


# The same number of threads as the other side, which reads this variable, too.
torch.set_num_threads(int(os.environ.get("RAYON_NUM_THREADS", 0)) or len(os.sched_getaffinity(0)))
for name, channels, shape, classes, batch, count in NETS:
    network = build(channels, shape[0], classes)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    images = torch.randn(count, *shape)
    labels = torch.arange(count) % classes
    for _ in range(2):
        began = time.perf_counter()
        epoch(network, optimizer, images, labels, batch)
        seconds = time.perf_counter() - began
    print(json.dumps({"net": name, "images_per_second": count / seconds}))
