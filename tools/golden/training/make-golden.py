"""Writes what PyTorch computes in some steps of a training, for the tests of packages/training.

Usage: /usr/bin/python3 tools/golden/training/make-golden.py   (PyTorch 1.13)

A small network with batch normalisation in training mode (two convolutions, the second with stride 2 and applied twice, as
TDN applies some; a shortcut; a classifier) takes three steps on a fixed batch, in float64, with SGD (Nesterov) and with
AdamW, label smoothing and gradient clipping. Written are the gradients of the first step, and after the last one all
parameters and running statistics, and the loss of every step. Weights and clips are hashes of their name and index, which
the tests compute again.
"""

import json
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

TARGET = Path(__file__).resolve().parents[3] / "packages/training/tests/golden/steps.json"
BATCH, CLASSES, SMOOTHING, CLIP = 3, 4, 0.1, 0.5
RATES = [0.05, 0.1, 0.03]


def hashed(name, shape):
    """Uniform numbers in [-1, 1): a 32-bit integer hash of (name, index)."""
    x = (np.arange(int(np.prod(shape)), dtype=np.uint64) + zlib.crc32(name.encode())) & 0xFFFFFFFF
    for shift, factor in ((0, 0x9E3779B1), (15, 0x85EBCA77), (13, 0xC2B2AE3D)):
        x = ((x ^ (x >> shift if shift else 0)) * factor) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    return torch.tensor((x.astype(np.float64) / 2**31 - 1).reshape(shape))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3, padding=1, stride=2, bias=False)
        self.second_norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, CLASSES)

    def forward(self, x):
        x = F.relu(self.first_norm(self.first(x)))
        a = F.relu(self.second_norm(self.second(x)))
        b = self.second_norm(self.second(x * x))
        x = F.max_pool2d(a + b, 3, 2, 1)
        return self.fc(x.mean((2, 3)))


def start():
    torch.manual_seed(0)
    network = Network().double()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            scale = 0.4 if parameter.dim() > 1 else 0.2
            shift = 1 if name.endswith("norm.weight") else 0
            parameter.copy_(scale * hashed(name, tuple(parameter.shape)) + shift)
    return network


def run(make):
    network = start()
    decay = [p for p in network.parameters() if p.dim() > 1]
    rest = [p for p in network.parameters() if p.dim() <= 1]
    optimiser = make([{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0}])
    clips = hashed("clips", (BATCH, 3, 9, 9))
    labels = torch.tensor([2, 0, 1])
    criterion = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    losses, gradients, norms = [], None, []
    for rate in RATES:
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad()
        loss = criterion(network(clips), labels)
        loss.backward()
        if gradients is None:
            gradients = {n: p.grad.flatten().tolist() for n, p in network.named_parameters()}
        norms.append(float(nn.utils.clip_grad_norm_(network.parameters(), CLIP)))
        optimiser.step()
        losses.append(float(loss))
    state = {
        name: tensor.flatten().tolist()
        for name, tensor in network.state_dict().items()
        if not name.endswith("tracked")
    }
    return {"losses": losses, "norms": norms, "gradients": gradients, "state": state}


TARGET.parent.mkdir(parents=True, exist_ok=True)
result = {
    "rates": RATES,
    "labels": [2, 0, 1],
    "smoothing": SMOOTHING,
    "clip": CLIP,
    "weightDecay": 0.1,
    "sgd": run(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    "adamw": run(lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.9, 0.99))),
}
TARGET.write_text(json.dumps(result, indent=1) + "\n")
