"""Writes trajectories of the fixed-budget attacks as PyTorch computes them in float64.

Usage: /usr/bin/python3 tools/golden/baselines/fixed-budget.py   (PyTorch 1.13), then prettier on the .json it wrote

The victim is the smooth toy network of the test kit, softplus(V tanh(U (x - 1/2) + a) + b), its weights and the clips
given by formulas that the tests repeat. Attacks, losses and projections are written here from their papers, on autograd;
shrinking is torch's own interpolation, smoothing torch's own convolution. What a test needs instead of random numbers is
given by formulas as well.

fixed-budget.npy holds, for each case of fixed-budget.json, every point at which a gradient was asked for, and the result.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = Path(__file__).resolve().parents[3] / "packages/baselines/tests/fixed-budget/golden"
torch.set_default_dtype(torch.float64)

BATCH, FRAMES, HEIGHT, WIDTH = 2, 2, 4, 5
SHAPE = (BATCH, FRAMES, 3, HEIGHT, WIDTH)
VALUES = FRAMES * 3 * HEIGHT * WIDTH
HIDDEN, CLASSES = 6, 5


def wave(rows, columns, scale, shift):
    """scale * sin(shift + 1.3 r + 0.7 c + 0.9 r c), shape (rows, columns)."""
    r = torch.arange(rows)[:, None].double()
    c = torch.arange(columns)[None, :].double()
    return scale * torch.sin(shift + 1.3 * r + 0.7 * c + 0.9 * r * c)


U = wave(HIDDEN, VALUES, 3 / VALUES**0.5, 1)
a = wave(1, HIDDEN, 0.1, 2)[0]
V = wave(CLASSES, HIDDEN, 2 / HIDDEN**0.5, 3)
b = wave(1, CLASSES, 0.1, 4)[0]

k = torch.arange(BATCH * VALUES)
# Levels 0 ... 255 with some on the edges, so that clipping to [0, 1] matters; and levels away from the edges, where the l2
# projection has its textbook form.
levels = (37 * k + 11 * k * k) % 256
levels[::7] = 255 * (levels[::7] > 127)
inner = 80 + (37 * k + 11 * k * k) % 96
CLIPS = {"levels": (levels / 255).reshape(SHAPE), "inner": (inner / 255).reshape(SHAPE)}


def logits(x):
    return F.softplus(torch.tanh((x.flatten(1) - 0.5) @ U.T + a) @ V.T + b)


def others(z, y):
    return z.masked_fill(F.one_hot(y, CLASSES).bool(), -torch.inf).max(1).values


def at(z, y):
    return z.gather(1, y[:, None])[:, 0]


def loss(kind, z, y, t):
    """The losses that are ascended: cross-entropy; Carlini & Wagner's margin; DLR and its targeted form (ICML 2020)."""
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


def per_clip(values):
    return values.reshape(-1, 1, 1, 1, 1)


def norm2(g):
    return per_clip(g.flatten(1).norm(dim=1))


def project(p, x, norm, epsilon):
    """Onto the ball around x and [0, 1]; in l2 only for clips away from the edges."""
    if norm == "linf":
        return torch.minimum(torch.maximum(p, x - epsilon), x + epsilon).clamp(0, 1)
    if norm == "l2":
        delta = p - x
        p = x + delta * torch.clamp(epsilon / norm2(delta).clamp(min=1e-300), max=1)
        assert p.min() > 0 and p.max() < 1
        return p
    # l1: soft thresholding and clipping, with the threshold found by bisection.
    delta = p - x
    low, high = per_clip(torch.zeros(len(p))), per_clip(delta.abs().flatten(1).max(1).values)

    def shrunk(threshold):
        return (x + delta.sign() * (delta.abs() - threshold).clamp(min=0)).clamp(0, 1)

    def size(q):
        return per_clip((q - x).abs().flatten(1).sum(1))

    fits = size(shrunk(low)) <= epsilon
    for _ in range(200):
        middle = (low + high) / 2
        inside = size(shrunk(middle)) <= epsilon
        low, high = torch.where(inside, low, middle), torch.where(inside, middle, high)
    return torch.where(fits, shrunk(torch.zeros_like(low)), shrunk(high))


def step(p, x, g, norm, epsilon, alpha, quantile=0.99):
    """One projected step of steepest ascent."""
    if norm == "linf":
        p = p + alpha * g.sign()
    elif norm == "l2":
        p = p + alpha * g / norm2(g)
    else:
        # SLIDE: the largest values, none at an edge that it would cross.
        usable = torch.where((p <= 0) & (g < 0) | (p >= 1) & (g > 0), torch.zeros_like(g), g)
        count = max(1, min(round((1 - quantile) * VALUES), int(alpha * 255)))
        index = usable.flatten(1).abs().topk(count, dim=1).indices
        sparse = torch.zeros(len(g), VALUES).scatter(1, index, 1.0).reshape(g.shape) * usable.sign()
        p = p + alpha * sparse / count
    return project(p, x, norm, epsilon)


class Asked:
    """The victim, with a list of the points that it was asked about and the losses there."""

    def __init__(self, kind, y, t):
        self.kind, self.y, self.t = kind, y, t
        self.points, self.losses = [], []

    def gradient(self, p, transform=lambda q: q):
        """Gradient of the loss of T(p) at p."""
        q = p.clone().requires_grad_()
        asked = transform(q)
        value = loss(self.kind, logits(asked), self.y, self.t)
        (g,) = torch.autograd.grad(value.sum(), q)
        self.points.append(asked.detach())
        self.losses.append(value.detach())
        return g


def normalized(g, normalization):
    axes = (1, 2, 3, 4) if normalization == "clip" else (2, 3, 4)
    return g / g.abs().mean(dim=axes, keepdim=True)


def projected_ascent(asked, x, norm, epsilon, steps, alpha, quantile=0.99):
    """FGSM (one step), BIM, and PGD from the clean clip."""
    p = x.clone()
    for _ in range(steps):
        p = step(p, x, asked.gradient(p), norm, epsilon, alpha, quantile)
    return p


def momentum(asked, x, norm, epsilon, steps, alpha, decay, normalization="clip", nesterov=False):
    """MI-FGSM, and NI-FGSM where the gradient is taken ahead."""
    p, v = x.clone(), torch.zeros_like(x)
    for _ in range(steps):
        ahead = (p + alpha * decay * v).clamp(0, 1) if nesterov else p
        v = decay * v + normalized(asked.gradient(ahead), normalization)
        p = step(p, x, v, norm, epsilon, alpha)
    return p


def offset(call, reach):
    """The offset of the neighbour of the call-th row, counted over steps, samples and rows."""
    return reach * torch.sin(call + 0.37 * torch.arange(VALUES).double()).reshape(SHAPE[1:])


def variance_tuned(asked, x, norm, epsilon, steps, alpha, decay, samples, reach):
    """VMI-FGSM; the variance after the last step, which nothing uses, is not computed."""
    p, v, variance = x.clone(), torch.zeros_like(x), torch.zeros_like(x)
    call = 0
    for number in range(steps):
        g = asked.gradient(p)
        v = decay * v + normalized(g + variance, "clip")
        if number < steps - 1:
            around = torch.zeros_like(x)
            for _ in range(samples):
                r = torch.stack([offset(call + row, reach * epsilon) for row in range(BATCH)])
                call += BATCH
                around += asked.gradient((p + r).clamp(0, 1))
            variance = around / samples - g
        p = step(p, x, v, norm, epsilon, alpha)
    return p


def shrink(clip, placements):
    """Each frame of one clip, shrunk to its placement [height, width, top, left] and padded with black."""
    frames = []
    for frame, (height, width, top, left) in zip(clip, placements):
        small = F.interpolate(frame[None], (height, width), mode="bilinear", align_corners=False)
        frames.append(F.pad(small, (left, WIDTH - width - left, top, HEIGHT - height - top))[0])
    return torch.stack(frames)


def diverse(asked, x, norm, epsilon, steps, alpha, decay, placements):
    """DI-FGSM; placements has for every step and clip a list of one per frame, or None."""
    p, v = x.clone(), torch.zeros_like(x)
    for draws in placements:
        transform = lambda q: torch.stack(
            [clip if draw is None else shrink(clip, draw) for clip, draw in zip(q, draws)]
        )
        v = decay * v + normalized(asked.gradient(p, transform), "clip")
        p = step(p, x, v, norm, epsilon, alpha)
    return p


def kernel(shape, length):
    i = torch.arange(length).double() - (length - 1) / 2
    reach = (length - 1) / 2
    if length == 1:
        weights = torch.ones(1)
    elif shape == "gaussian":
        weights = torch.exp(-((i / (reach / 3)) ** 2) / 2)
    elif shape == "linear":
        weights = 1 - i.abs() / (reach + 1)
    else:
        weights = torch.ones(length)
    return weights / weights.sum()


def translation_invariant(asked, x, norm, epsilon, steps, alpha, decay, shape, spatial, temporal):
    """TI-FGSM with a 2D or 3D kernel."""
    s, t = kernel(shape, spatial), kernel(shape, temporal)
    w = (t[:, None, None] * s[None, :, None] * s[None, None, :])[None, None].repeat(3, 1, 1, 1, 1)
    padding = (temporal // 2, spatial // 2, spatial // 2)
    p, v = x.clone(), torch.zeros_like(x)
    for _ in range(steps):
        g = asked.gradient(p).transpose(1, 2)
        g = F.conv3d(g, w, padding=padding, groups=3).transpose(1, 2)
        v = decay * v + normalized(g, "clip")
        p = step(p, x, v, norm, epsilon, alpha)
    return p


def auto_pgd(asked, x, norm, epsilon, steps):
    """APGD from the clean clip: algorithm 1, with the check points of the authors' code."""
    share = lambda of: max(int(of * steps), 1)
    period, least, shorter = share(0.22), share(0.06), share(0.03)
    p, old = x.clone(), x.clone()
    g = asked.gradient(p)
    best, best_gradient, best_loss = p.clone(), g.clone(), asked.losses[-1].clone()
    eta = per_clip(torch.full((len(x),), 2 * epsilon))
    checked_loss, reduced = best_loss.clone(), torch.ones(len(x)).bool()
    halvings, last_check, next_check = [], 0, period
    for number in range(1, steps + 1):
        share_of_step = 1.0 if number == 1 else 0.75
        z = step(p, x, g, norm, epsilon, eta)
        p, old = project(p + share_of_step * (z - p) + (1 - share_of_step) * (p - old), x, norm, epsilon), p
        g = asked.gradient(p)
        value = asked.losses[-1]
        better = value > best_loss
        best[better], best_gradient[better], best_loss[better] = p[better], g[better], value[better]
        if number < next_check:
            continue
        window = torch.stack(asked.losses[last_check : number + 1])
        rises = (window[1:] > window[:-1]).sum(0)
        halve = (rises <= 0.75 * (number - last_check)) | (~reduced & (checked_loss >= best_loss))
        eta[halve] /= 2
        p[halve], g[halve] = best[halve], best_gradient[halve]
        halvings.append(int(halve.sum()))
        checked_loss, reduced = best_loss.clone(), halve
        last_check, period = number, max(period - shorter, least)
        next_check = number + period
    assert 0 < sum(halvings) < len(x) * len(halvings), f"both answers of a check point should occur: {halvings}"
    return best


cases, numbers = [], []


def case(attack, run, clips, norm, epsilon, options, kind="cross-entropy", targeted=False, every=1, **more):
    x = CLIPS[clips]
    y = logits(x).argmax(1)
    t = (y + 2) % CLASSES if targeted else None
    asked = Asked(kind, y, t)
    result = run(asked, x, norm, epsilon, **options, **more)
    points = [*asked.points[::every], result]
    cases.append(
        {
            "attack": attack,
            "clips": clips,
            "norm": norm,
            "epsilon": epsilon,
            "loss": kind,
            "labels": y.tolist(),
            "targets": None if t is None else t.tolist(),
            **options,
            **{name: value for name, value in more.items()},
            "every": every,
            "points": len(points),
            "losses": [[float(f"{v:.9g}") for v in row] for row in torch.stack(asked.losses).tolist()],
        }
    )
    numbers.append(torch.stack(points).flatten().numpy().astype(np.float32))


E8, L2, L1 = 8 / 255, 0.6, 4.0
losses = [(kind, targeted) for kind in ("cross-entropy", "margin", "dlr") for targeted in (False, True)]
for kind, targeted in losses:
    case("fgsm", projected_ascent, "levels", "linf", E8, {"steps": 1, "alpha": E8}, kind, targeted)
    case("fgsm", projected_ascent, "inner", "l2", L2, {"steps": 1, "alpha": L2}, kind, targeted)
    case("pgd", projected_ascent, "levels", "linf", E8, {"steps": 6, "alpha": E8 / 4}, kind, targeted)
    case("pgd", projected_ascent, "inner", "l2", L2, {"steps": 6, "alpha": L2 / 4}, kind, targeted)
for clips in ("levels", "inner"):
    case("bim", projected_ascent, clips, "linf", E8, {"steps": 6, "alpha": E8 / 4})
    for quantile in (0.99, 0.9):
        case("pgd", projected_ascent, clips, "l1", L1, {"steps": 8, "alpha": 0.83}, quantile=quantile)
case("bim", projected_ascent, "inner", "l2", L2, {"steps": 6, "alpha": L2 / 4})

six = {"steps": 6, "alpha": E8 / 6}
for targeted in (False, True):
    case("mi-fgsm", momentum, "levels", "linf", E8, six, targeted=targeted, decay=1.0)
    case("ni-fgsm", momentum, "levels", "linf", E8, six, targeted=targeted, decay=1.0, nesterov=True)
case("mi-fgsm", momentum, "levels", "linf", E8, six, decay=0.5, normalization="frame")
case("mi-fgsm", momentum, "inner", "l2", L2, {"steps": 6, "alpha": L2 / 6}, decay=1.0)
case("ni-fgsm", momentum, "inner", "linf", E8, six, decay=0.7, normalization="frame", nesterov=True)
case("vmi-fgsm", variance_tuned, "levels", "linf", E8, {"steps": 4, "alpha": E8 / 4}, decay=1.0, samples=2, reach=1.5)
case("vmi-fgsm", variance_tuned, "inner", "linf", E8, {"steps": 3, "alpha": E8 / 3}, targeted=True, decay=0.5, samples=3, reach=1.0)
both = lambda *placement: [list(placement)] * FRAMES
placements = [
    [both(3, 4, 1, 0), None],
    [None, both(2, 3, 0, 2)],
    [both(4, 5, 0, 0), both(1, 1, 3, 4)],
    [[[3, 4, 0, 1], [2, 3, 2, 0]], [[2, 2, 1, 1], [3, 3, 1, 2]]],
    [None, None],
]
five = {"steps": 5, "alpha": E8 / 5}
case("di-fgsm", diverse, "levels", "linf", E8, five, decay=0.0, placements=placements)
case("di-fgsm", diverse, "levels", "linf", E8, five, targeted=True, decay=1.0, placements=placements)
case("di-fgsm", diverse, "inner", "l2", L2, {"steps": 5, "alpha": L2 / 5}, decay=0.0, placements=placements)
for shape, spatial, temporal, decay in (
    ("gaussian", 3, 1, 0.0),
    ("gaussian", 7, 1, 1.0),
    ("linear", 3, 3, 0.0),
    ("uniform", 5, 3, 1.0),
):
    case("ti-fgsm", translation_invariant, "levels", "linf", E8, six, decay=decay, shape=shape, spatial=spatial, temporal=temporal)
case("ti-fgsm", translation_invariant, "inner", "l2", L2, {"steps": 6, "alpha": L2 / 6}, targeted=True, decay=0.0, shape="gaussian", spatial=3, temporal=3)
# Epsilons at which some check points halve and others do not, and DLR is not the constant 1 that it is while the label ranks
# third; in l2 few steps, before the loss stands still and rounding decides.
for kind, targeted, norm, epsilon, steps in (
    ("cross-entropy", False, "linf", 0.15, 40),
    ("cross-entropy", True, "linf", 0.2, 40),
    ("dlr", False, "linf", 0.04, 40),
    ("dlr", True, "linf", 0.06, 40),
    ("cross-entropy", False, "l2", 0.9, 10),
    ("cross-entropy", True, "l2", 0.5, 20),
    ("dlr", False, "l2", 0.006, 24),
    ("dlr", True, "l2", 0.2, 20),
):
    clips = "levels" if norm == "linf" else "inner"
    case("apgd", auto_pgd, clips, norm, epsilon, {"steps": steps}, kind, targeted, every=4)

FOLDER.mkdir(parents=True, exist_ok=True)
np.save(FOLDER / "fixed-budget.npy", np.concatenate(numbers))
(FOLDER / "fixed-budget.json").write_text(json.dumps(cases) + "\n")
print(len(cases), "cases,", sum(map(len, numbers)), "numbers")
