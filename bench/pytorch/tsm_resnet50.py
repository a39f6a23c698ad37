"""Contender: TSM-ResNet-50 in PyTorch eager mode, plain modules, inference mode of batch normalisation."""

import torch
from torch import nn

from contender import Convolution, normalized, serve

SEGMENTS = 8
SHIFT_DIVISOR = 8
STAGES = ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2))


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
        x = normalized(clips.flatten(0, 1))
        x = self.blocks(self.pool(self.relu(self.stem(x))))
        frames = self.classifier(x.mean((2, 3)))
        return frames.view(-1, SEGMENTS, frames.shape[1]).mean(1)


serve(Tsm)
