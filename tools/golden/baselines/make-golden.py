"""Writes trajectories of FGSM and PGD as PyTorch computes them in float64.

Usage: python3 tools/golden/baselines/make-golden.py   (PyTorch 1.13), then prettier on the file it wrote

The victim is the smooth toy network of the test kit, softplus(V tanh(U (x - 1/2) + a) + b), with weights written to the
file. Attacks, losses and projections are written here from their papers' formulas, on autograd. Iterates are float64
throughout; the tests allow for float32.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

TARGET = Path(__file__).resolve().parents[3] / "packages/baselines/tests/golden/trajectories.json"
torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20180206)

FRAMES, HEIGHT, WIDTH = 2, 3, 4
VALUES = FRAMES * 3 * HEIGHT * WIDTH
HIDDEN, CLASSES, BATCH = 6, 5, 3


def normal(*shape, scale=1.0):
    """Random numbers with few digits, so that the file is small and holds them exactly."""
    return ((torch.randn(shape, generator=generator) * scale) * 4096).round() / 4096


U = normal(HIDDEN, VALUES, scale=2 / VALUES**0.5)
a = normal(HIDDEN, scale=0.1)
V = normal(CLASSES, HIDDEN, scale=2 / HIDDEN**0.5)
b = normal(CLASSES, scale=0.1)
# Levels 0 ... 255, with some values on the edges, so that clipping to [0, 1] matters.
levels = torch.randint(0, 256, (BATCH, VALUES), generator=generator)
levels[:, ::7] = 255 * (levels[:, ::7] > 127)
# A second set stays away from the edges, where the l2 projection has a textbook form.
inner = torch.randint(80, 176, (BATCH, VALUES), generator=generator)


def logits(x):
    return F.softplus(torch.tanh((x - 0.5) @ U.T + a) @ V.T + b)


def others(z, k):
    """The largest logit but that of class k."""
    return z.masked_fill(F.one_hot(k, CLASSES).bool(), -torch.inf).max(1).values


def at(z, k):
    return z.gather(1, k[:, None])[:, 0]


def loss(kind, z, y, t):
    ordered = z.sort(1, descending=True).values
    if t is None:
        if kind == "cross-entropy":
            return F.cross_entropy(z, y, reduction="none")
        if kind == "margin":
            return others(z, y) - at(z, y)
        return -(at(z, y) - others(z, y)) / (ordered[:, 0] - ordered[:, 2] + 1e-12)
    if kind == "cross-entropy":
        return -F.cross_entropy(z, t, reduction="none")
    if kind == "margin":
        return at(z, t) - others(z, t)
    return -(at(z, y) - at(z, t)) / (ordered[:, 0] - (ordered[:, 2] + ordered[:, 3]) / 2 + 1e-12)


def attack(x, kind, y, t, norm, epsilon, steps, step_size):
    """Projected gradient ascent from x; returns the last iterate and the loss at every iterate before it."""
    p = x.clone()
    losses = []
    for _ in range(steps):
        q = p.clone().requires_grad_()
        value = loss(kind, logits(q), y, t)
        (g,) = torch.autograd.grad(value.sum(), q)
        losses.append(value.detach())
        if norm == "linf":
            p = p + step_size * g.sign()
            p = torch.minimum(torch.maximum(p, x - epsilon), x + epsilon)
        else:
            p = p + step_size * g / g.norm(dim=1, keepdim=True)
            delta = p - x
            length = delta.norm(dim=1, keepdim=True)
            p = x + delta * torch.clamp(epsilon / length, max=1.0)
        p = p.clamp(0, 1)
    return p, torch.stack(losses)


def numbers(tensor):
    return [float(f"{value:.12g}") for value in tensor.reshape(-1).tolist()]


cases = []
for norm, epsilon, steps, step_size, clips in [
    ("linf", 8 / 255, 1, 8 / 255, levels),
    ("linf", 8 / 255, 10, 2 / 255, levels),
    ("l2", 0.4, 1, 0.4, inner),
    ("l2", 0.4, 8, 0.125, inner),
]:
    x = clips / 255
    y = logits(x).argmax(1)
    for kind in ["cross-entropy", "margin", "dlr"]:
        for t in [None, (y + 2) % CLASSES]:
            last, losses = attack(x, kind, y, t, norm, epsilon, steps, step_size)
            cases.append(
                {
                    "clips": "levels" if clips is levels else "inner",
                    "norm": norm,
                    "epsilon": epsilon,
                    "steps": steps,
                    "stepSize": step_size,
                    "loss": kind,
                    "labels": y.tolist(),
                    "targets": None if t is None else t.tolist(),
                    "losses": [numbers(row) for row in losses],
                    "last": numbers(last),
                }
            )

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(
    json.dumps(
        {
            "size": {"frames": FRAMES, "height": HEIGHT, "width": WIDTH},
            "weights": {
                "input": numbers(U),
                "inputBias": numbers(a),
                "output": numbers(V),
                "outputBias": numbers(b),
            },
            "levels": levels.reshape(-1).tolist(),
            "inner": inner.reshape(-1).tolist(),
            "cases": cases,
        }
    )
    + "\n"
)
