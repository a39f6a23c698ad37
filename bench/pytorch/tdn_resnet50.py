"""Contender: TDN-ResNet-50 in PyTorch eager mode, plain modules, inference mode of batch normalisation."""

import torch
from torch import nn
from torch.nn import functional

from contender import Convolution, normalized, serve

SEGMENTS = 8
FRAMES = 5
STAGES = ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2))
REDUCTION = 16


def per_clip(x):
    return x.view(-1, SEGMENTS, *x.shape[1:])


class Excitation(nn.Module):
    """Features times what the differences to the neighbouring segments tell, at three scales."""

    def __init__(self, source, name, channels, folded):
        super().__init__()
        few = channels // REDUCTION
        part = lambda layer, *sizes: Convolution(
            lambda kind: source(f"{name}.{layer}.{kind}"), *sizes, folded=folded
        )
        self.squeeze = part("conv1", channels, few, 1)
        self.smooth = nn.Conv2d(few, few, 3, padding=1, groups=few, bias=False)
        self.smooth.weight.data = source(f"{name}.conv2.weight")
        self.half_scale = part("conv3_smallscale2", few, few, 3)
        self.full_scale = part("conv3_smallscale4", few, few, 3)
        self.expand = part("conv3", few, channels, 1)

    def gate(self, difference):
        half = self.half_scale(functional.avg_pool2d(difference, 2))
        half = functional.interpolate(half, difference.shape[2:])
        scales = (difference + half + self.full_scale(difference)) / 3
        return torch.sigmoid(self.expand(scales)) - 0.5

    def forward(self, x):
        squeezed = self.squeeze(x)
        own, neighbours = per_clip(squeezed), per_clip(self.smooth(squeezed))
        after = functional.pad(neighbours[:, 1:] - own[:, :-1], (0, 0, 0, 0, 0, 0, 0, 1))
        before = functional.pad(neighbours[:, :-1] - own[:, 1:], (0, 0, 0, 0, 0, 0, 1, 0))
        gates = [self.gate(difference.flatten(0, 1)) for difference in (after, before)]
        return x + x * (0.5 * gates[0] + 0.5 * gates[1])


class TemporalConvolution(nn.Module):
    """A depthwise convolution along time, which PyTorch wants as the last axis."""

    def __init__(self, source, name, channels):
        super().__init__()
        self.convolution = nn.Conv1d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.convolution.weight.data = source(f"{name}.weight")

    def forward(self, x):
        _, channels, height, width = x.shape
        rows = per_clip(x).permute(0, 3, 4, 2, 1).reshape(-1, channels, SEGMENTS)
        rows = self.convolution(rows).view(-1, height, width, channels, SEGMENTS)
        return rows.permute(0, 4, 3, 1, 2).reshape(x.shape)


class Bottleneck(nn.Module):
    """A residual block; all but those of the first stage look at the other segments."""

    def __init__(self, source, name, inputs, width, stride, first, temporal, folded):
        super().__init__()
        part = lambda layer, *sizes: Convolution(
            lambda kind: source(f"{name}.{layer}.{kind}"), *sizes, folded=folded, biased=True
        )
        self.conv1 = part("conv1", inputs, width, 1)
        self.conv2 = part("conv2", width, width, 3, stride)
        self.conv3 = part("conv3", width, 4 * width, 1)
        self.downsample = part("downsample.0", inputs, 4 * width, 1, stride) if first else None
        self.excitation = Excitation(source, f"{name}.mse", width, folded) if temporal else None
        self.temporal = TemporalConvolution(source, f"{name}.shift.conv", width) if temporal else None
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.conv1(x))
        if self.temporal is not None:
            y = self.temporal(self.excitation(y))
        y = self.relu(self.conv2(y))
        y = self.conv3(y)
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


def stage(source, name, index, folded):
    count, width, stride = STAGES[index]
    inputs = 64 if index == 0 else 2 * width
    return nn.Sequential(
        *(
            Bottleneck(
                source,
                f"{name}.{block}",
                inputs if block == 0 else 4 * width,
                width,
                stride if block == 0 else 1,
                block == 0,
                index > 0,
                folded,
            )
            for block in range(count)
        )
    )


class Tdn(nn.Module):
    """From pixels in [0, 1], (clips, segments * frames, 3, height, width), to logits, (clips, classes)."""

    def __init__(self, source, folded):
        super().__init__()
        part = lambda name, *sizes, **options: Convolution(
            lambda kind: source(f"{name}.{kind}"), *sizes, folded=folded, **options
        )
        self.stem = part("conv1", 3, 64, 7, 2, biased=True)
        self.difference_stem = part("conv1_5.0", 12, 64, 7, 2)
        self.difference_stage = stage(source, "resnext_layer1", 0, folded)
        self.stages = nn.ModuleList(
            stage(source, f"layer{index + 1}_bak", index, folded) for index in range(len(STAGES))
        )
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(3, 2, 1)
        weight = source("classifier.weight")
        self.classifier = nn.Linear(weight.shape[1], weight.shape[0])
        self.classifier.weight.data = weight
        self.classifier.bias.data = source("classifier.bias")

    def forward(self, clips):
        frames = normalized(clips).view(-1, FRAMES, *clips.shape[2:])
        differences = torch.cat([frames[:, i + 1] - frames[:, i] for i in range(FRAMES - 1)], 1)
        moved = self.pool(self.relu(self.difference_stem(functional.avg_pool2d(differences, 2))))
        x = self.pool(self.relu(self.stem(frames[:, FRAMES // 2])))
        x = 0.5 * x + 0.5 * functional.interpolate(moved, x.shape[2:])
        x = self.stages[0](x)
        x = 0.5 * x + 0.5 * functional.interpolate(self.difference_stage(moved), x.shape[2:])
        for later in self.stages[1:]:
            x = later(x)
        return per_clip(self.classifier(x.mean((2, 3)))).mean(1)


serve(Tdn)
