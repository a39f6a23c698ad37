"""Writes trajectories of the minimum-norm attacks as PyTorch computes them in float64.

Usage: python3 tools/golden/baselines/smallest-perturbation.py   (PyTorch 1.13), then prettier on the file it wrote

The victim is the smooth toy network of the test kit, softplus(V tanh(U (x - 1/2) + a) + b). Its weights and the clips come from
formulas that the tests repeat, so that the file holds results only. The attacks are written here from their papers, one clip at
a time, on autograd; projections by bisection. Every point at which an attack asks the victim is noted by two numbers: the l2
norm of its perturbation, and the perturbation's product with (cos 0, cos 1, cos 2, ...).
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

TARGET = (
    Path(__file__).resolve().parents[3]
    / "packages/baselines/tests/smallest-perturbation/golden/trajectories.json"
)
torch.set_default_dtype(torch.float64)

FRAMES, HEIGHT, WIDTH = 2, 3, 4
VALUES = FRAMES * 3 * HEIGHT * WIDTH
HIDDEN, CLASSES, BATCH = 6, 5, 3
COSINES = torch.arange(VALUES).double().cos()


def weights(count, seed, scale):
    k = torch.arange(count).double()
    return scale * math.sqrt(2) * torch.sin(0.37 * k * k + 0.1 * k + 1.3 * seed)


U = weights(HIDDEN * VALUES, 1, 2 / math.sqrt(VALUES)).reshape(HIDDEN, VALUES)
a = weights(HIDDEN, 2, 0.1)
V = weights(CLASSES * HIDDEN, 3, 2 / math.sqrt(HIDDEN)).reshape(CLASSES, HIDDEN)
b = weights(CLASSES, 4, 0.1)


def level(clip, k):
    """Levels from 80 to 175; in the last clip every seventh value is 0 or 255."""
    if clip == BATCH - 1 and k % 7 == 0:
        return 255 * (k % 2)
    return 80 + (7 * k * k + 31 * k + 11 * clip * (k + 3)) % 96


CLIPS = torch.tensor([[level(clip, k) for k in range(VALUES)] for clip in range(BATCH)]) / 255


def logits(x):
    return F.softplus(V @ torch.tanh(U @ (x - 0.5) + a) + b)


class Victim:
    """Answers questions about one clip, and keeps their trace and the size of the smallest adversarial point."""

    def __init__(self, x, target, measure, confidence=0.0):
        self.x, self.measure, self.confidence = x, measure, confidence
        self.label = int(logits(x).argmax())
        self.target = None if target is None else (self.label + target) % CLASSES
        self.trace, self.size = [], math.inf

    def margin(self, z):
        k = self.label if self.target is None else self.target
        other = torch.cat([z[:k], z[k + 1 :]]).max()
        return other - z[k] if self.target is None else z[k] - other

    def note(self, p, z):
        d = p - self.x
        self.trace.append([float(d.norm()), float(d @ COSINES)])
        margin = float(self.margin(z))
        adversarial = margin > 0 and margin >= self.confidence
        if adversarial:
            self.size = min(self.size, self.measure(d))
        return adversarial

    def ask(self, p):
        """Logits at the point, and whether it counts."""
        p = p.clamp(0, 1)
        z = logits(p)
        return z, self.note(p, z)

    def slope(self, p, function):
        """A function of the logits at the point, its gradient, and whether the point counts."""
        p = p.clamp(0, 1).requires_grad_()
        z = logits(p)
        value = function(z)
        (g,) = torch.autograd.grad(value, p)
        return float(value), g, self.note(p.detach(), z.detach())

    def cross_entropy(self, z):
        log = torch.log_softmax(z, 0)
        return -log[self.label] if self.target is None else log[self.target]


def pixels(d):
    return d.reshape(FRAMES, 3, HEIGHT, WIDTH).norm(dim=1).reshape(-1)


NORMS = {
    "linf": lambda d: float(d.abs().max()),
    "l2": lambda d: float(d.norm()),
    "l1": lambda d: float(d.abs().sum()),
    "l0": lambda d: int((pixels(d) > 0).sum()),
}
DUALS = {"linf": NORMS["l1"], "l2": NORMS["l2"], "l1": NORMS["linf"]}


def cosine(first, last, k, n):
    return last + (first - last) * (1 + math.cos(math.pi * k / n)) / 2


def bisect(function, high):
    """The largest argument up to `high` at which a rising function is not above 0."""
    low = 0.0
    if function(high) <= 0:
        return high
    for _ in range(200):
        middle = (low + high) / 2
        if function(middle) <= 0:
            low = middle
        else:
            high = middle
    return low


# --- DeepFool: Moosavi-Dezfooli et al. 2016, algorithm 2 --------------------------------------------------------------------


def deepfool(victim, norm, steps, classes, overshoot):
    x, y = victim.x, victim.label
    z, _ = victim.ask(x)
    others = [k for k in z.argsort(descending=True).tolist()[:classes] if k != y]
    r, p = torch.zeros_like(x), x
    for _ in range(steps):
        planes = []
        for k in others:
            f, w, adversarial = victim.slope(p, lambda z: z[k] - z[y])
            if adversarial:
                return
            planes.append((abs(f) / DUALS[norm](w), w))
        distance, w = min(planes, key=lambda plane: plane[0])
        # The authors' code adds 0.0001.
        r = r + (distance + 1e-4) * (w / w.norm() if norm == "l2" else w.sign())
        p = x + (1 + overshoot) * r
    victim.ask(p)


# --- C&W: Carlini & Wagner 2017, section VI-A; EAD: Chen et al. 2018, algorithm 1 -------------------------------------------


def search_constant(searches, constant, attempt):
    lower, upper = 0.0, math.inf
    for _ in range(searches):
        if attempt(constant):
            upper = constant
        else:
            lower = constant
        constant = 10 * constant if upper == math.inf else (lower + upper) / 2


def stalls(losses, step, steps):
    """Whether the loss has not fallen by 0.01 % since it was last looked at, a tenth of the steps ago."""
    interval = math.ceil(steps / 10)
    if step % interval != 0 or step == 0:
        return False
    return not losses[step] <= 0.9999 * losses[step - interval]


def cw(victim, searches, constant, steps, step_size, confidence):
    def attempt(c):
        w = torch.atanh((2 * victim.x - 1) * 0.999999)
        centre = (torch.tanh(w) + 1) / 2
        w = w.clone().requires_grad_()
        adam = torch.optim.Adam([w], lr=step_size)
        found, losses = False, []
        for step in range(steps):
            p = (torch.tanh(w) + 1) / 2
            z = logits(p)
            found = victim.note(p.detach(), z.detach()) or found
            loss = ((p - centre) ** 2).sum() + c * (confidence - victim.margin(z)).clamp(min=0)
            losses.append(float(loss))
            if stalls(losses, step, steps):
                break
            adam.zero_grad()
            loss.backward()
            adam.step()
        return found

    search_constant(searches, constant, attempt)


def ead(victim, searches, constant, steps, step_size, beta):
    x = victim.x

    def shrink(z):
        d = z - x
        moved = (x + d.sign() * (d.abs() - beta)).clamp(0, 1)
        return torch.where(d.abs() > beta, moved, x)

    def attempt(c):
        p = y = x
        found, losses = False, []
        for step in range(steps):
            hinge, g, _ = victim.slope(y, lambda z: (-victim.margin(z)).clamp(min=0))
            losses.append(float(((y - x) ** 2).sum()) + c * hinge)
            alpha = step_size * math.sqrt(1 - step / steps)
            after = shrink(y - alpha * (2 * (y - x) + c * g))
            y = after + step / (step + 3) * (after - p)
            p = after
            found = victim.ask(p)[1] or found
            if stalls(losses, step, steps):
                break
        return found

    search_constant(searches, constant, attempt)


# --- DDN: Rony et al. 2019, algorithm 1 -------------------------------------------------------------------------------------


def ddn(victim, steps, norm, gamma):
    x = victim.x
    d = torch.zeros_like(x)
    for step in range(steps):
        _, g, adversarial = victim.slope(x + d, victim.cross_entropy)
        d = d + cosine(1, 0.01, step, steps) * g / g.norm()
        norm = norm * (1 - gamma if adversarial else 1 + gamma)
        d = (x + d * norm / d.norm()).clamp(0, 1) - x
    victim.ask(x + d)


# --- FMN: Pintor et al. 2021, algorithm 1 -----------------------------------------------------------------------------------


def into_ball(c, x, norm, epsilon):
    """The nearest point of the ball around x and of [0, 1]."""
    d = c - x
    if norm == "linf":
        return (x + d.clamp(-epsilon, epsilon)).clamp(0, 1)
    if norm == "l0":
        keep = torch.zeros(FRAMES * HEIGHT * WIDTH)
        cost = d**2 - (c - c.clamp(0, 1)) ** 2
        cost = cost.reshape(FRAMES, 3, HEIGHT, WIDTH).sum(dim=1).reshape(-1)
        keep[cost.argsort(descending=True)[: int(epsilon)]] = 1
        keep = keep.reshape(FRAMES, 1, HEIGHT, WIDTH).expand(FRAMES, 3, HEIGHT, WIDTH).reshape(-1)
        return torch.where(keep > 0, c.clamp(0, 1), x)
    if norm == "l2":
        scale = bisect(lambda s: float(((x + s * d).clamp(0, 1) - x).norm()) - epsilon, 1.0)
        return (x + scale * d).clamp(0, 1)

    def shrunk(theta):
        return (x + d.sign() * (d.abs() - theta).clamp(min=0)).clamp(0, 1)

    top = float(d.abs().max())
    rest = bisect(lambda s: float((shrunk(top - s) - x).abs().sum()) - epsilon, top)
    return shrunk(top - rest)


def fmn(victim, norm, steps, first, last, gamma):
    x = victim.x
    p, smallest = x, math.inf
    epsilon = 1 if norm == "l0" else math.inf
    for step in range(steps):
        f, g, adversarial = victim.slope(p, victim.margin)
        share = cosine(gamma, 0.001, step, steps)
        size = NORMS[norm](p - x)
        if adversarial:
            smallest = min(smallest, size)
        if norm == "l0":
            if adversarial:
                epsilon = max(1, min(epsilon - 1, math.floor(epsilon * (1 - share)), smallest))
            else:
                epsilon = max(epsilon + 1, math.floor(epsilon * (1 + share)))
        elif adversarial:
            epsilon = min(epsilon * (1 - share), smallest)
        elif smallest < math.inf:
            epsilon = epsilon * (1 + share)
        else:
            epsilon = size + abs(f) / DUALS[norm](g)
        alpha = cosine(first, last, step, steps)
        p = into_ball(p + alpha * g / g.norm(), x, norm, epsilon)
    victim.ask(p)


# --- FAB: Croce & Hein 2020, algorithm 1 ------------------------------------------------------------------------------------


def to_plane(p, w, value, norm):
    """The shortest step from p to value + <w, step> = 0 inside [0, 1]."""
    towards = -math.copysign(1, value) * w.sign()
    room = torch.where(towards > 0, 1 - p, p) * towards.abs()
    need = abs(value)
    if norm == "l1":
        step = torch.zeros_like(p)
        for k in w.abs().argsort(descending=True).tolist():
            step[k] = min(float(room[k]), need / float(w[k].abs()))
            need -= float(step[k] * w[k].abs())
            if need <= 0:
                break
        return towards * step
    pace = torch.ones_like(w) if norm == "linf" else w.abs()

    def along(scale):
        return torch.minimum(scale * pace, room)

    return towards * along(bisect(lambda s: float(along(s) @ w.abs()) - need, 1e6))


def fab(victim, norm, steps, groups, eta, alpha_max, beta, final):
    x, y = victim.x, victim.label
    clean, _ = victim.ask(x)
    order = [k for k in clean.argsort(descending=True).tolist() if k != y]
    best, best_logits, size = None, None, math.inf
    for group in groups:
        p = x
        for _ in range(steps):
            planes = []
            for rank in group:
                k = order[rank]
                f, w, _ = victim.slope(p, lambda z: z[k] - z[y])
                planes.append((abs(f) / DUALS[norm](w), f, w))
            _, f, w = min(planes, key=lambda plane: plane[0])
            d, dx = to_plane(p, w, f, norm), to_plane(x, w, f + float(w @ (x - p)), norm)
            near, far = NORMS[norm](d), NORMS[norm](dx)
            alpha = min(near / (near + far), alpha_max)
            p = ((1 - alpha) * (p + eta * d) + alpha * (x + eta * dx)).clamp(0, 1)
            z, adversarial = victim.ask(p)
            if adversarial:
                if NORMS[norm](p - x) < size:
                    best, best_logits, size = p, z, NORMS[norm](p - x)
                p = x + beta * (p - x)
    if best is None:
        return
    inner, inner_logits, outer, outer_logits = x, clean, best, best_logits
    for _ in range(final):
        k = int(outer_logits.argmax())
        lead, deficit = inner_logits[y] - inner_logits[k], outer_logits[k] - outer_logits[y]
        share = float(lead / (lead + deficit))
        p = inner + (share if 0 <= share <= 1 else 1) * (outer - inner)
        z, adversarial = victim.ask(p)
        if adversarial:
            outer, outer_logits = p, z
        else:
            inner, inner_logits = p, z


# --- Cases ------------------------------------------------------------------------------------------------------------------


def elastic_net(beta):
    return lambda d: float((d**2).sum() + beta * d.abs().sum())


def numbers(values):
    return [float(f"{value:.7g}") for value in values]


cases = []


def case(attack, norm, options, run, target=None, measure=None, confidence=0.0):
    clips = []
    for x in CLIPS:
        victim = Victim(x, target, measure or NORMS[norm], confidence)
        run(victim)
        assert victim.size < math.inf, (attack, norm, "finds nothing")
        trace = [number for point in victim.trace for number in numbers(point)]
        clips.append({"trace": trace, "smallest": numbers([victim.size])[0]})
    cases.append({"attack": attack, "norm": norm, "target": target, "options": options, "clips": clips})


for norm in ["l2", "linf"]:
    for classes in [5, 3]:
        case(
            "deepfool",
            norm,
            {"steps": 8, "classes": classes, "overshoot": 0.02},
            lambda victim: deepfool(victim, norm, 8, classes, 0.02),
        )
for target in [None, 1]:
    for confidence in [0, 0.1]:
        case(
            "cw",
            "l2",
            {"searches": 4, "steps": 15, "initialConstant": 0.1, "stepSize": 0.05, "confidence": confidence},
            lambda victim: cw(victim, 4, 0.1, 15, 0.05, confidence),
            target,
            confidence=confidence,
        )
    case(
        "ddn",
        "l2",
        {"steps": 16, "initialNorm": 1, "gamma": 0.1},
        lambda victim: ddn(victim, 16, 1, 0.1),
        target,
    )
    for norm in ["l2", "linf", "l1", "l0"]:
        case(
            "fmn",
            norm,
            {"steps": 20, "stepSize": 0.5, "gamma": 0.1},
            lambda victim: fmn(victim, norm, 20, 0.5, 0.005, 0.1),
            target,
        )
for rule in ["EN", "L1"]:
    case(
        "ead",
        "l1",
        {
            **{"searches": 4, "steps": 12, "initialConstant": 10, "stepSize": 0.01},
            **{"regularization": 0.02, "decisionRule": rule},
        },
        lambda victim: ead(victim, 4, 10, 12, 0.01, 0.02),
        measure=elastic_net(0.02) if rule == "EN" else None,
    )
for norm in ["linf", "l2", "l1"]:
    case(
        "fab",
        norm,
        {"steps": 8, "classes": 4, "backward": 0.6, "finalSearch": 1},
        lambda victim: fab(victim, norm, 8, [[0, 1, 2]], 1.05, 0.1, 0.6, 1),
    )
    case(
        "fab-t",
        norm,
        {"steps": 5, "targets": 2, "backward": 0.6, "finalSearch": 1},
        lambda victim: fab(victim, norm, 5, [[0], [1]], 1.05, 0.1, 0.6, 1),
    )

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(cases) + "\n")
