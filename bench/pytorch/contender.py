"""What the contenders in PyTorch share: a convolution with its normalisation, and the protocol of the comparison."""

import pathlib
import sys
import time

import numpy
import torch
from torch import nn

from pgd import pgd

LABEL = 3
WARM_UPS = 2


class Convolution(nn.Module):
    """A convolution and its batch normalisation, or both in one."""

    def __init__(self, source, inputs, outputs, size, stride=1, folded=False, biased=False):
        super().__init__()
        self.folded = folded
        self.convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=folded or biased)
        self.convolution.weight.data = source("weight")
        if folded:
            self.convolution.bias.data = source("bias")
            return
        if biased:
            self.convolution.bias.data.zero_()
        # A normalisation that adds the bias and changes nothing else: the work is the same as with any statistics.
        self.normalization = nn.BatchNorm2d(outputs)
        self.normalization.bias.data = source("bias")
        self.normalization.running_var.fill_(1 - self.normalization.eps)

    def forward(self, x):
        x = self.convolution(x)
        return x if self.folded else self.normalization(x)


def normalized(clips):
    """Pixels in [0, 1], (..., 3, height, width), less ImageNet's mean, by its deviation."""
    mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    return (clips - mean) / deviation


def serve(network_of):
    """Answers `run` with the seconds of one run.

    `network_of(source, folded)` makes the network from its weights, `source(name)`. The command's arguments: `forward`,
    `gradient` or `pgd`, the number of threads, the folder of the problem, the file for the result, and `modules`
    (convolutions followed by batch normalisation, as such networks are used) or `folded` (batch normalisation folded
    into the convolutions beforehand, as this project does).
    """
    task, threads, folder, result_file, form = sys.argv[1:]
    torch.set_num_threads(int(threads))
    folder = pathlib.Path(folder)
    source = lambda name: torch.from_numpy(numpy.load(folder / "weights" / f"{name}.npy"))
    network = network_of(source, form == "folded").eval().requires_grad_(False)
    clip = torch.from_numpy(numpy.load(folder / "clip.npy"))
    label = torch.tensor([LABEL])

    def forward():
        with torch.no_grad():
            return network(clip)

    def gradient():
        pixels = clip.clone().requires_grad_(True)
        nn.functional.cross_entropy(network(pixels), label).backward()
        return pixels.grad

    run = {"forward": forward, "gradient": gradient, "pgd": lambda: pgd(network, clip)}[task]
    numpy.save(result_file, run().numpy())
    # The steps of the first attack have warmed up.
    for _ in range(0 if task == "pgd" else WARM_UPS):
        run()
    print("ready", flush=True)
    for line in sys.stdin:
        if line != "run\n":
            raise ValueError(f"unknown request {line!r}")
        start = time.perf_counter()
        run()
        print("seconds", time.perf_counter() - start, flush=True)
