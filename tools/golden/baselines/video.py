"""Writes trajectories of the sparse and the flickering attack as PyTorch computes them in float64.

Usage: /usr/bin/python3 tools/golden/baselines/video.py   (PyTorch 1.13), then prettier on the file it wrote

The victim is the smooth toy network of the test kit, softplus(V tanh(U (x - 1/2) + a) + b). Its weights and the clips come from
formulas that the tests repeat, so that the file holds results only. Losses and regularisers are written here from their
papers on autograd, with PyTorch's own Adam. Every point at which an attack asks the victim is noted by two numbers: the l2 norm
of its perturbation, and the perturbation's product with (cos 0, cos 1, cos 2, ...).
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

TARGET = (
    Path(__file__).resolve().parents[3] / "packages/baselines/tests/video/golden/trajectories.json"
)
torch.set_default_dtype(torch.float64)

FRAMES, HEIGHT, WIDTH = 5, 3, 4
SHAPE = (FRAMES, 3, HEIGHT, WIDTH)
VALUES = FRAMES * 3 * HEIGHT * WIDTH
HIDDEN, CLASSES, BATCH = 6, 5, 2
COSINES = torch.arange(VALUES).double().cos()


def weights(count, seed, scale):
    k = torch.arange(count).double()
    return scale * math.sqrt(2) * torch.sin(0.37 * k * k + 0.1 * k + 1.3 * seed)


# The second part is the same for all pixels of a plane: what flicker can work on.
PLANES = torch.arange(VALUES).div(HEIGHT * WIDTH, rounding_mode="floor")
U = weights(HIDDEN * VALUES, 1, 2 / math.sqrt(VALUES)).reshape(HIDDEN, VALUES)
U = U + 2 / math.sqrt(VALUES) * torch.sin(1.7 * torch.arange(HIDDEN)[:, None] + 2.3 * PLANES)
a = weights(HIDDEN, 2, 0.1)
V = weights(CLASSES * HIDDEN, 3, 3 / math.sqrt(HIDDEN)).reshape(CLASSES, HIDDEN)
b = weights(CLASSES, 4, 0.1)


def level(clip, k):
    """Levels from 60 to 187; in the last clip every seventh value is 0 or 255."""
    if clip == BATCH - 1 and k % 7 == 0:
        return 255 * (k % 2)
    return 60 + (7 * k * k + 31 * k + 11 * clip * (k + 3)) % 128


CLIPS = torch.tensor([[level(clip, k) for k in range(VALUES)] for clip in range(BATCH)]) / 255


def logits(x):
    return F.softplus(V @ torch.tanh(U @ (x.flatten() - 0.5) + a) + b)


class Victim:
    """Knows one clip and its goal; keeps the trace of questions and the size of the smallest adversarial point."""

    def __init__(self, x, target):
        self.x = x.reshape(SHAPE)
        self.label = int(logits(x).argmax())
        self.target = None if target is None else (self.label + target) % CLASSES
        self.trace, self.size = [], math.inf

    def ask(self, p, size, questions=1):
        """Logits at a point; notes it once for each question."""
        z = logits(p)
        d = (p - self.x).detach().flatten()
        self.trace += [float(d.norm()), float(d @ COSINES)] * questions
        choice = int(z.argmax())
        if choice != self.label if self.target is None else choice == self.target:
            self.size = min(self.size, float(size))
        return z

    def log_probability(self, z):
        """The loss of Wei et al. 2019."""
        p = torch.softmax(z, 0)
        if self.target is None:
            return -torch.log(1 - p[self.label] + 1e-6)
        return -torch.log(p[self.target] + 1e-6)

    def margin(self, z, m):
        """Eq. 2 of Pony et al. 2021, on probabilities."""
        p = torch.softmax(z, 0)
        k = self.label if self.target is None else self.target
        other = torch.cat([p[:k], p[k + 1 :]]).max()
        l = (p[k] - other if self.target is None else other - p[k]) + m
        return torch.clamp(torch.minimum(l * l / m, l), min=0)


def sparse(victim, epsilon, frames, steps, step_size, weight, tolerance):
    """Wei et al. 2019, eq. 3, the perturbation kept inside the budget and [0, 1]."""
    x = victim.x
    mask = torch.zeros(FRAMES, 1, 1, 1)
    mask[frames] = 1

    def feasible(d):
        return mask * (x + d.clamp(-epsilon, epsilon)).clamp(0, 1) - mask * x

    def norm(d):
        return (d[frames] ** 2).mean(dim=(1, 2, 3)).sqrt().sum()

    delta = feasible(torch.full(SHAPE, 0.01 / 255)).requires_grad_()
    adam = torch.optim.Adam([delta], lr=step_size)
    last = math.inf
    for _ in range(steps):
        z = victim.ask(x + delta, norm(delta))
        loss = victim.log_probability(z) + weight * norm(delta)
        if abs(float(loss) - last) < tolerance:
            return
        last = float(loss)
        adam.zero_grad()
        loss.backward()
        adam.step()
        with torch.no_grad():
            delta.copy_(feasible(delta))
    victim.ask(x + delta, norm(delta))


def flickering(victim, epsilon, loss, margin, steps, step_size, weight, thickness, roughness):
    """Pony et al. 2021, section 3; their d in [-1, 1] is twice the offset."""
    x = victim.x
    offsets = torch.zeros(FRAMES, 3, requires_grad=True)
    adam = torch.optim.Adam([offsets], lr=step_size)

    def regularizer(offsets):
        d = 2 * offsets
        before, after = d.roll(1, 0), d.roll(-1, 0)
        first, second = d - before, after - 2 * d + before
        return weight * (
            thickness * (d**2).mean() + roughness * ((first**2).mean() + (second**2).mean())
        )

    def shown(offsets):
        return (x + offsets[:, :, None, None]).clamp(0, 1)

    def seen(p):
        """The regulariser of what the offsets came to, once the clip was clamped."""
        return regularizer((p - x).mean(dim=(2, 3)))

    for _ in range(steps):
        p = shown(offsets)
        z = victim.ask(p, seen(p), 2 if loss == "margin" else 1)
        adversarial = victim.margin(z, margin) if loss == "margin" else victim.log_probability(z)
        adam.zero_grad()
        (adversarial + regularizer(offsets)).backward()
        adam.step()
        with torch.no_grad():
            offsets.clamp_(-epsilon, epsilon)
    p = shown(offsets)
    victim.ask(p, seen(p))


def numbers(values):
    return [float(f"{value:.7g}") for value in values]


cases = []


def case(attack, epsilon, options, run, target=None):
    clips = []
    for x in CLIPS:
        victim = Victim(x, target)
        run(victim)
        smallest = None if victim.size == math.inf else numbers([victim.size])[0]
        clips.append({"trace": numbers(victim.trace), "smallest": smallest})
    assert any(clip["smallest"] is not None for clip in clips), (attack, options, "finds nothing")
    cases.append(
        {"attack": attack, "epsilon": epsilon, "target": target, "options": options, "clips": clips}
    )


for target in [None, 2]:
    for mask, frames, epsilon, weight in [
        ("first", [0, 1], 1.0, 1.0),
        ("even", [0, 2, 4], 0.15, 3.0),
    ]:
        case(
            "sparse",
            epsilon,
            {"mask": mask, "frameCount": len(frames), "steps": 25, "stepSize": 0.02, "weight": weight},
            lambda victim: sparse(victim, epsilon, frames, 25, 0.02, weight, 1e-5),
            target,
        )
    for loss, epsilon, weight in [("margin", 0.3, 1.0), ("cross-entropy", 0.1, 2.0)]:
        case(
            "flickering",
            epsilon,
            {"loss": loss, "steps": 25, "stepSize": 0.01, "weight": weight, "thickness": 0.3},
            lambda victim: flickering(victim, epsilon, loss, 0.05, 25, 0.01, weight, 0.3, 0.5),
            target,
        )
# A loss that hardly falls ends the descent.
case(
    "sparse",
    1.0,
    {"mask": "first", "frameCount": 5, "steps": 60, "stepSize": 0.02, "weight": 1.0, "tolerance": 0.01},
    lambda victim: sparse(victim, 1.0, list(range(5)), 60, 0.02, 1.0, 0.01),
)
lengths = [len(clip["trace"]) // 2 for clip in cases[-1]["clips"]]
assert max(lengths) < 61, lengths

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(cases) + "\n")
