"""Golden values of TDN networks, in plain PyTorch and float64.

Run with a Python that has PyTorch and NumPy (Debian: /usr/bin/python3 with python3-torch):

    /usr/bin/python3 tools/golden/victim-tdn/make-golden.py

The networks are written from the paper (Wang, Tong, Ji and Wu, CVPR 2021, arXiv:2012.10071), with the names and the
details of the published code (MCG-NJU/TDN): convolutions with biases, a temporal convolution on permuted axes, the
second scale's unpooled third branch, weights of the fusion that depend on the number of segments.

Weights, statistics and clip are a hash of their names, so nothing large is stored: packages/victim-tdn/tests makes the
same numbers. Written there, for each network, are

- NAME.keys.txt: names and shapes of its state dict, in order;
- NAME.json: settings, and in float64 the logits, the cross-entropy of one label and its gradient with respect to the
  pixels in [0, 1]: its norm, whole and per frame, and its values at every STEP-th position.
"""

import json
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

TARGET = Path(__file__).resolve().parents[3] / "packages/victim-tdn/tests/golden"
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
FRAMES = 5
DEPTHS = {18: ("basic", [2, 2, 2, 2]), 50: ("bottleneck", [3, 4, 6, 3]), 101: ("bottleneck", [3, 4, 23, 3])}


def hashed(name, count):
    """Uniform numbers in [-1, 1): a 32-bit integer hash of (name, index)."""
    x = (np.arange(count, dtype=np.uint64) + zlib.crc32(name.encode())) & 0xFFFFFFFF
    for shift, factor in ((0, 0x9E3779B1), (15, 0x85EBCA77), (13, 0xC2B2AE3D)):
        x = ((x ^ (x >> shift if shift else 0)) * factor) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**31 - 1


def fill(model, prefix, gain):
    """Sets every parameter and statistic; `gain` is the mean scale of batch normalisation outside of `mse`."""
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = hashed(prefix + name, tensor.numel())
        if tensor.dim() > 1:
            values *= np.sqrt(6 / np.prod(tensor.shape[1:]))
        elif name.endswith("running_var"):
            values = 1 + 0.5 * values
        elif name.endswith("weight"):
            # The differences between segments must be large enough to bend the sigmoid.
            values = (2 if ".mse." in name else gain) * (1 + 0.3 * values)
        else:
            values *= 0.2
        tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))


def with_time(x, segments):
    return x.reshape(-1, segments, *x.shape[1:])


class Excitation(nn.Module):
    """`mse`: the features scaled by what the differences to both neighbours tell, at three scales."""

    def __init__(self, channels, segments):
        super().__init__()
        few = channels // 16
        self.segments = segments
        self.conv1, self.bn1 = nn.Conv2d(channels, few, 1, bias=False), nn.BatchNorm2d(few)
        self.conv2 = nn.Conv2d(few, few, 3, padding=1, groups=few, bias=False)
        self.conv3, self.bn3 = nn.Conv2d(few, channels, 1, bias=False), nn.BatchNorm2d(channels)
        for scale in (2, 4):
            setattr(self, f"conv3_smallscale{scale}", nn.Conv2d(few, few, 3, padding=1, bias=False))
            setattr(self, f"bn3_smallscale{scale}", nn.BatchNorm2d(few))

    def gate(self, difference):
        half = self.bn3_smallscale2(self.conv3_smallscale2(functional.avg_pool2d(difference, 2)))
        half = functional.interpolate(half, difference.shape[2:])
        full = self.bn3_smallscale4(self.conv3_smallscale4(difference))
        return torch.sigmoid(self.bn3(self.conv3((difference + half + full) / 3))) - 0.5

    def forward(self, x):
        squeezed = self.bn1(self.conv1(x))
        own, there = with_time(squeezed, self.segments), with_time(self.conv2(squeezed), self.segments)
        after, before = torch.zeros_like(own), torch.zeros_like(own)
        for segment in range(self.segments):
            if segment + 1 < self.segments:
                after[:, segment] = there[:, segment + 1] - own[:, segment]
            if segment > 0:
                before[:, segment] = there[:, segment - 1] - own[:, segment]
        return x + x * (self.gate(after.flatten(0, 1)) + self.gate(before.flatten(0, 1))) / 2


class TemporalConvolution(nn.Module):
    """`shift`: a depthwise convolution along time."""

    def __init__(self, channels, segments):
        super().__init__()
        self.segments = segments
        self.conv = nn.Conv1d(channels, channels, 3, padding=1, groups=channels, bias=False)

    def forward(self, x):
        _, channels, height, width = x.shape
        rows = with_time(x, self.segments).permute(0, 3, 4, 2, 1).flatten(0, 2)
        rows = self.conv(rows).reshape(-1, height, width, channels, self.segments)
        return rows.permute(0, 4, 3, 1, 2).reshape(x.shape)


class Block(nn.Module):
    def __init__(self, kind, inputs, width, stride, segments):
        super().__init__()
        outputs = width if kind == "basic" else 4 * width
        kernels = [(3, stride), (3, 1)] if kind == "basic" else [(1, 1), (3, stride), (1, 1)]
        self.count, channels = len(kernels), inputs
        for index, (kernel, step) in enumerate(kernels):
            out = outputs if index == len(kernels) - 1 else width
            setattr(self, f"conv{index + 1}", nn.Conv2d(channels, out, kernel, step, kernel // 2))
            setattr(self, f"bn{index + 1}", nn.BatchNorm2d(out))
            channels = out
        self.mse = Excitation(width, segments) if segments else None
        self.shift = TemporalConvolution(width, segments) if segments else None
        projected = stride != 1 or inputs != outputs
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)) if projected else None

    def forward(self, x):
        y = x
        for index in range(1, self.count + 1):
            y = getattr(self, f"bn{index}")(getattr(self, f"conv{index}")(y))
            if index < self.count:
                y = torch.relu(y)
            if index == 1 and self.mse is not None:
                y = self.shift(self.mse(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


def stage(kind, blocks, inputs, width, stride, segments):
    outputs = width if kind == "basic" else 4 * width
    return nn.Sequential(
        *(Block(kind, inputs if index == 0 else outputs, width, stride if index == 0 else 1, segments) for index in range(blocks))
    )


class Network(nn.Module):
    def __init__(self, kind, blocks, stem, widths, segments, classes, in_place):
        super().__init__()
        expansion = 1 if kind == "basic" else 4
        self.conv1, self.bn1 = nn.Conv2d(3, stem, 7, 2, 3), nn.BatchNorm2d(stem)
        # Stored by the published code, and never used.
        self.conv1_temp = nn.Conv2d(3, stem, 7, 2, 3)
        self.conv1_5 = nn.Sequential(nn.Conv2d(12, stem, 7, 2, 3, bias=False), nn.BatchNorm2d(stem), nn.ReLU())
        self.resnext_layer1 = stage(kind, blocks[0], stem, widths[0], 1, 0)
        inputs = stem
        for index, width in enumerate(widths):
            name = f"layer{index + 1}_bak"
            setattr(self, name, stage(kind, blocks[index], inputs, width, 2 if index else 1, segments if index else 0))
            inputs = expansion * width
        self.stages = len(widths)
        if in_place:
            self.fc = nn.Linear(inputs, classes)
        self.alpha, self.beta = (0.5, 0.5) if segments == 8 else (0.75, 0.25)

    def fuse(self, seen, moved):
        return self.alpha * seen + self.beta * functional.interpolate(moved, seen.shape[2:])

    def forward(self, frames):
        differences = torch.cat([frames[:, index + 1] - frames[:, index] for index in range(FRAMES - 1)], 1)
        moved = functional.max_pool2d(self.conv1_5(functional.avg_pool2d(differences, 2)), 3, 2, 1)
        seen = functional.max_pool2d(torch.relu(self.bn1(self.conv1(frames[:, 2]))), 3, 2, 1)
        x = self.fuse(self.layer1_bak(self.fuse(seen, moved)), self.resnext_layer1(moved))
        for index in range(1, self.stages):
            x = getattr(self, f"layer{index + 1}_bak")(x)
        x = x.mean((2, 3))
        return self.fc(x) if hasattr(self, "fc") else x


class Tdn(nn.Module):
    def __init__(self, settings):
        super().__init__()
        shape = [settings[key] for key in ("block", "blocks", "stem", "widths", "segments", "classes", "inPlace")]
        self.base_model = Network(*shape)
        features = settings["widths"][-1] * (1 if settings["block"] == "basic" else 4)
        if not settings["inPlace"]:
            self.new_fc = nn.Linear(features, settings["classes"])
        self.segments = settings["segments"]

    def forward(self, clips):
        mean, deviation = (torch.tensor(v, dtype=clips.dtype).reshape(3, 1, 1) for v in (MEAN, DEVIATION))
        frames = ((clips - mean) / deviation).reshape(-1, FRAMES, *clips.shape[2:])
        scores = self.base_model(frames)
        scores = self.new_fc(scores) if hasattr(self, "new_fc") else scores
        return scores.reshape(-1, self.segments, scores.shape[1]).mean(1)


def case(name, segments, size, classes, label, depth=None, block=None, blocks=None, stem=64, widths=(64, 128, 256, 512), wrapper="", in_place=False, gain=0.5):
    block, blocks = DEPTHS[depth] if depth else (block, blocks)
    return {
        "name": name, "segments": segments, "inputSize": size, "classes": classes, "label": label, "block": block, "blocks": blocks,
        "stem": stem, "widths": list(widths), "wrapper": wrapper, "inPlace": in_place, "gain": gain,
    }


CASES = [
    case("resnet50", 8, 64, 51, 33, depth=50, wrapper="module."),
    case("resnet50-4-segments", 4, 72, 7, 2, depth=50),
    case("resnet101-16-segments", 16, 48, 5, 4, depth=101, wrapper="module.", gain=0.38),
    case("resnet18-1-segment-in-place", 1, 64, 6, 0, depth=18, stem=32, widths=(32, 64, 128, 256), in_place=True),
    case("resnet18-half", 8, 112, 10, 9, depth=18, stem=32, widths=(32, 64, 128, 256)),
    case("custom-bottlenecks", 3, 75, 4, 1, block="bottleneck", blocks=[1, 2, 1], stem=16, widths=(8, 16, 32)),
]


def write(settings):
    model = Tdn(settings)
    model.eval()
    with torch.no_grad():
        fill(model, settings["wrapper"], settings["gain"])
    keys = [f"{settings['wrapper']}{name} {' '.join(map(str, tensor.shape))}".strip() for name, tensor in model.state_dict().items()]
    (TARGET / f"{settings['name']}.keys.txt").write_text("\n".join(keys) + "\n")
    model.double()
    shape = (1, settings["segments"] * FRAMES, 3, settings["inputSize"], settings["inputSize"])
    levels = np.floor((hashed("clip", int(np.prod(shape))) + 1) * 128)
    clip = torch.from_numpy((levels / 255).astype(np.float32).astype(np.float64)).reshape(shape).requires_grad_()
    logits = model(clip)
    loss = functional.cross_entropy(logits, torch.tensor([settings["label"]]))
    (gradient,) = torch.autograd.grad(loss, clip)
    step = clip.numel() // 400 | 1
    result = {
        **{key: settings[key] for key in ("segments", "inputSize", "classes", "label", "gain")},
        "logits": logits[0].tolist(),
        "loss": loss.item(),
        "gradientNorm": gradient.norm().item(),
        "gradientNormPerFrame": gradient[0].flatten(1).norm(dim=1).tolist(),
        "gradientStep": step,
        "gradient": [float(f"{value:.9e}") for value in gradient.flatten()[::step].tolist()],
    }
    (TARGET / f"{settings['name']}.json").write_text(json.dumps(result) + "\n")
    print(settings["name"], "loss", loss.item(), "norm", result["gradientNorm"], "logits", logits[0, :4].tolist())


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for settings in CASES:
        write(settings)
