"""Writes trajectories of the square attack as NumPy computes them in float64.

Usage: python3 tools/golden/baselines/query-square.py, then prettier on the file it wrote

The victim is the smooth toy network of the test kit, softplus(V tanh(U (x - 1/2) + a) + b). Weights, clip and random draws come
from formulas that the test repeats, so that the file holds results only. The attack is written here from algorithms 1 to 3 of
Andriushchenko et al. (ECCV 2020), on clips as images of three channels per frame. Every version that the victim is asked
about is noted by two numbers: the l2 norm of its perturbation, and the perturbation's product with (cos 0, cos 1, cos 2, ...).
"""

import json
import math
from pathlib import Path

import numpy as np

TARGET = (
    Path(__file__).resolve().parents[3] / "packages/baselines/tests/query/golden/square.json"
)
FRAMES, HEIGHT, WIDTH = 2, 8, 9
SHAPE = (FRAMES, 3, HEIGHT, WIDTH)
VALUES = FRAMES * 3 * HEIGHT * WIDTH
HIDDEN, CLASSES = 6, 5
COSINES = np.cos(np.arange(VALUES))


def weights(count, seed, scale):
    k = np.arange(count, dtype=np.float64)
    return scale * math.sqrt(2) * np.sin(0.37 * k * k + 0.1 * k + 1.3 * seed)


U = weights(HIDDEN * VALUES, 1, 2 / math.sqrt(VALUES)).reshape(HIDDEN, VALUES)
a = weights(HIDDEN, 2, 0.1)
V = weights(CLASSES * HIDDEN, 3, 2 / math.sqrt(HIDDEN)).reshape(CLASSES, HIDDEN)
b = weights(CLASSES, 4, 0.1)
k = np.arange(VALUES)
CLEAN = np.where(k % 7 == 0, 255 * (k % 2), 80 + (7 * k * k + 31 * k) % 96).reshape(SHAPE) / 255


def logits(x):
    return np.logaddexp(0, V @ np.tanh(U @ (x.ravel() - 0.5) + a) + b)


class Draws:
    """The generator of Numerical Recipes: s <- (1664525 s + 1013904223) mod 2^32."""

    def __init__(self):
        self.state = 20200720

    def below(self, bound):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state * bound // 2**32

    def sign(self):
        return 2 * self.below(2) - 1


def share(step, steps, initial):
    """p of the paper's schedule, at this fraction of all steps."""
    i = int(step / steps * 10000)
    table = [(10, 1), (50, 2), (200, 4), (500, 8), (1000, 16), (2000, 32), (4000, 64), (6000, 128), (8000, 256)]
    for bound, divisor in table:
        if i <= bound:
            return initial / divisor
    return initial / 512


def side_of(p, least):
    """The closest whole number to sqrt(p h w)."""
    return min(max(int(math.floor(math.sqrt(p * HEIGHT * WIDTH) + 0.5)), least), HEIGHT, WIDTH)


class Asked:
    def __init__(self, target, loss):
        z = logits(CLEAN)
        self.label = int(z.argmax())
        self.target = None if target is None else (self.label + target) % CLASSES
        self.loss, self.trace, self.done = loss, [], False

    def __call__(self, x):
        """The loss that the attack makes larger."""
        d = (x - CLEAN).ravel()
        self.trace += [float(f"{np.linalg.norm(d):.8g}"), float(f"{d @ COSINES:.8g}")]
        z = logits(x)
        k = self.label if self.target is None else self.target
        margin = np.delete(z, k).max() - z[k]
        surprise = np.logaddexp.reduce(z) - z[k]
        value = margin if self.loss == "margin" else surprise
        self.done = bool(margin > 0 if self.target is None else margin < 0)
        return value if self.target is None else -value


def linf(ask, eps, queries, p, groups):
    draws = Draws()
    signs = np.zeros(SHAPE)
    for frames in groups:
        for c in range(3):
            for w in range(WIDTH):
                signs[frames, c, :, w] = draws.sign()
    best = ask(np.clip(CLEAN + eps * signs, 0, 1))
    for step in range(queries - 1):
        if ask.done:
            return
        s = side_of(share(step, queries, p), 1)
        corners = [(draws.below(HEIGHT - s + 1), draws.below(WIDTH - s + 1)) for _ in groups]
        new = signs.copy()
        while (new == signs).all():
            for frames, (r, w) in zip(groups, corners):
                for c in range(3):
                    new[frames, c, r : r + s, w : w + s] = draws.sign()
        value = ask(np.clip(CLEAN + eps * new, 0, 1))
        if value > best:
            best, signs = value, new


def rectangle(h, w):
    """Equation 2 for rows and columns from 0: rings around the middle, each with all smaller ones inside it."""
    n = max(h // 2, w // 2)
    field = np.zeros((h, w))
    for ring in range(n + 1):
        inside = np.zeros((h, w))
        inside[
            max(h // 2 - ring, 0) : h // 2 + ring + 1, max(w // 2 - ring, 0) : w // 2 + ring + 1
        ] = 1
        field += inside / (ring + 1) ** 2
    return field / np.linalg.norm(field)


def eta(s, draws):
    upper = s // 2
    parts = [rectangle(upper, s)] if upper > 0 else []
    field = np.concatenate([*parts, -rectangle(s - upper, s)])
    field /= np.linalg.norm(field)
    return field.T if draws.below(2) else field


def l2(ask, eps, queries, p, groups):
    draws = Draws()
    s = max(1, min(HEIGHT, WIDTH) // 5)
    rows, columns = HEIGHT // s, WIDTH // s
    top, left = (HEIGHT - rows * s) // 2, (WIDTH - columns * s) // 2
    nu = np.zeros(SHAPE)
    for frames in groups:
        for i in range(rows):
            for j in range(columns):
                field = eta(s, draws)
                for c in range(3):
                    r, w = top + i * s, left + j * s
                    nu[frames, c, r : r + s, w : w + s] = draws.sign() * field
    nu = np.clip(CLEAN + eps * nu / np.linalg.norm(nu), 0, 1) - CLEAN
    best = ask(CLEAN + nu)
    for step in range(queries - 1):
        if ask.done:
            return
        s = side_of(share(step, queries, p), 3)
        if s % 2 == 0:
            s = s + 1 if s < min(HEIGHT, WIDTH) else s - 1
        unused = max(0, eps**2 - (nu**2).sum())
        new = nu.copy()
        for frames in groups:
            r1, w1 = draws.below(HEIGHT - s + 1), draws.below(WIDTH - s + 1)
            r2, w2 = draws.below(HEIGHT - s + 1), draws.below(WIDTH - s + 1)
            field = eta(s, draws)
            union = np.zeros((HEIGHT, WIDTH), bool)
            union[r1 : r1 + s, w1 : w1 + s] = union[r2 : r2 + s, w2 : w2 + s] = True
            for c in range(3):
                sign = draws.sign()
                for t in frames:
                    old = nu[t, c, r1 : r1 + s, w1 : w1 + s]
                    mixed = sign * field + old / (np.linalg.norm(old) + 1e-12)
                    available = math.sqrt((nu[t, c][union] ** 2).sum() + unused / (3 * FRAMES))
                    new[t, c, r2 : r2 + s, w2 : w2 + s] = 0
                    new[t, c, r1 : r1 + s, w1 : w1 + s] = mixed / np.linalg.norm(mixed) * available
        new = np.clip(CLEAN + new, 0, 1) - CLEAN
        value = ask(CLEAN + new)
        if value > best:
            best, nu = value, new


cases = []
for norm, eps, time, target, loss, p in [
    ("linf", 8 / 255, "shared", None, "margin", 0.8),
    ("linf", 8 / 255, "frame", 2, "cross-entropy", 0.8),
    ("l2", 0.5, "shared", 2, "margin", 0.3),
    ("l2", 0.5, "frame", None, "cross-entropy", 0.8),
]:
    ask = Asked(target, loss)
    groups = [list(range(FRAMES))] if time == "shared" else [[t] for t in range(FRAMES)]
    queries = 40
    (linf if norm == "linf" else l2)(ask, eps, queries, p, groups)
    cases.append(
        {
            "norm": norm,
            "epsilon": eps,
            "target": target,
            "options": {"time": time, "loss": loss, "share": p, "maxQueries": queries},
            "trace": ask.trace,
        }
    )
    print(norm, time, len(ask.trace) // 2, "queries, done:", ask.done)

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(cases) + "\n")
