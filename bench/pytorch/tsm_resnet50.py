"""Contender: TSM-ResNet-50 in PyTorch eager mode, plain modules, inference mode of batch normalisation.

Arguments: `forward` or `gradient`, the number of threads, the folder of the problem, the file for the result, and
`modules` (convolutions followed by batch normalisation, as such networks are used) or `folded` (batch normalisation
folded into the convolutions beforehand, as this project does).
"""

import pathlib
import sys
import time

import numpy
import torch
from torch import nn

LABEL = 3
SEGMENTS = 8
SHIFT_DIVISOR = 8
WARM_UPS = 2
STAGES = ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2))


class Convolution(nn.Module):
    """A convolution and its batch normalisation, or both in one."""

    def __init__(self, source, inputs, outputs, size, stride=1, folded=False):
        super().__init__()
        self.folded = folded
        self.convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=folded)
        self.convolution.weight.data = source("weight")
        if folded:
            self.convolution.bias.data = source("bias")
            return
        # A normalisation that adds the bias and changes nothing else: the work is the same as with any statistics.
        self.normalization = nn.BatchNorm2d(outputs)
        self.normalization.bias.data = source("bias")
        self.normalization.running_var.fill_(1 - self.normalization.eps)

    def forward(self, x):
        x = self.convolution(x)
        return x if self.folded else self.normalization(x)


def temporal_shift(x):
    """Lin et al. 2019: an eighth of the channels from the next frame, an eighth from the one before."""
    frames, channels, height, width = x.shape
    fold = channels // SHIFT_DIVISOR
    x = x.view(-1, SEGMENTS, channels, height, width)
    moved = torch.zeros_like(x)
    moved[:, :-1, :fold] = x[:, 1:, :fold]
    moved[:, 1:, fold : 2 * fold] = x[:, :-1, fold : 2 * fold]
    moved[:, :, 2 * fold :] = x[:, :, 2 * fold :]
    return moved.view(frames, channels, height, width)


class Bottleneck(nn.Module):
    """A residual block; the shift sits on its branch."""

    def __init__(self, source, name, inputs, width, stride, first, folded):
        super().__init__()
        part = lambda layer, *sizes: Convolution(
            lambda kind: source(f"{name}.{layer}.{kind}"), *sizes, folded=folded
        )
        self.conv1 = part("conv1", inputs, width, 1)
        self.conv2 = part("conv2", width, width, 3, stride)
        self.conv3 = part("conv3", width, 4 * width, 1)
        self.downsample = part("downsample", inputs, 4 * width, 1, stride) if first else None
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.conv1(temporal_shift(x)))
        y = self.relu(self.conv2(y))
        y = self.conv3(y)
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class Tsm(nn.Module):
    """From pixels in [0, 1], (clips, frames, 3, height, width), to logits, (clips, classes)."""

    def __init__(self, source, folded):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
        self.stem = Convolution(lambda kind: source(f"stem.{kind}"), 3, 64, 7, 2, folded=folded)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(3, 2, 1)
        blocks, inputs = [], 64
        for stage, (count, width, stride) in enumerate(STAGES, 1):
            for block in range(count):
                step = stride if block == 0 else 1
                name = f"layer{stage}.{block}"
                blocks.append(Bottleneck(source, name, inputs, width, step, block == 0, folded))
                inputs = 4 * width
        self.blocks = nn.Sequential(*blocks)
        weight = source("classifier.weight")
        self.classifier = nn.Linear(weight.shape[1], weight.shape[0])
        self.classifier.weight.data = weight
        self.classifier.bias.data = source("classifier.bias")

    def forward(self, clips):
        x = (clips.flatten(0, 1) - self.mean) / self.deviation
        x = self.blocks(self.pool(self.relu(self.stem(x))))
        frames = self.classifier(x.mean((2, 3)))
        return frames.view(-1, SEGMENTS, frames.shape[1]).mean(1)


def main():
    task, threads, folder, result_file, form = sys.argv[1:]
    torch.set_num_threads(int(threads))
    folder = pathlib.Path(folder)
    source = lambda name: torch.from_numpy(numpy.load(folder / "weights" / f"{name}.npy"))
    network = Tsm(source, form == "folded").eval().requires_grad_(False)
    clip = torch.from_numpy(numpy.load(folder / "clip.npy"))
    label = torch.tensor([LABEL])

    def forward():
        with torch.no_grad():
            return network(clip)

    def gradient():
        pixels = clip.clone().requires_grad_(True)
        nn.functional.cross_entropy(network(pixels), label).backward()
        return pixels.grad

    run = forward if task == "forward" else gradient
    numpy.save(result_file, run().numpy())
    for _ in range(WARM_UPS):
        run()
    print("ready", flush=True)
    for line in sys.stdin:
        if line != "run\n":
            raise ValueError(f"unknown request {line!r}")
        start = time.perf_counter()
        run()
        print("seconds", time.perf_counter() - start, flush=True)


main()
