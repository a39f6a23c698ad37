"""Exports TSM-ResNet-50 from a checkpoint with the official names, for compare-tsm.ts.

Usage: /usr/bin/python3 tools/golden/victim-onnx/export-tsm.py CHECKPOINT FILE.onnx [SIDE]   (PyTorch 1.13, torchvision 0.14)

The network is torchvision's ResNet-50 with the temporal shift of Lin et al. (ICCV 2019) in front of the first convolution of each
block, written with assignments to slices as the official code has it. It takes normalised clips of 8 frames folded into the
channels, (1, 24, SIDE, SIDE); SIDE is 224 by default.
"""

import sys

import torch
import torchvision
from torch import nn

SEGMENTS, SHIFT_DIVISOR = 8, 8


class Shifted(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        rows, channels, height, width = x.size()
        x = x.view(rows // SEGMENTS, SEGMENTS, channels, height, width)
        fold = channels // SHIFT_DIVISOR
        moved = torch.zeros_like(x)
        moved[:, :-1, :fold] = x[:, 1:, :fold]
        moved[:, 1:, fold : 2 * fold] = x[:, :-1, fold : 2 * fold]
        moved[:, :, 2 * fold :] = x[:, :, 2 * fold :]
        return self.net(moved.view(rows, channels, height, width))


class Tsm(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.base_model = torchvision.models.resnet50()
        self.base_model.fc = nn.Identity()
        self.new_fc = nn.Linear(2048, classes)
        for stage in (self.base_model.layer1, self.base_model.layer2, self.base_model.layer3, self.base_model.layer4):
            for block in stage:
                block.conv1 = Shifted(block.conv1)

    def forward(self, clips):
        frames = clips.view((-1, 3) + clips.size()[-2:])
        scores = self.new_fc(self.base_model(frames))
        return scores.view((-1, SEGMENTS) + scores.size()[1:]).mean(1)


checkpoint, target, *sides = sys.argv[1:]
side = int(sides[0]) if sides else 224
state = torch.load(checkpoint, map_location="cpu")["state_dict"]
state = {name.removeprefix("module."): tensor for name, tensor in state.items()}
network = Tsm(state["new_fc.weight"].shape[0]).eval()
network.load_state_dict(state)
torch.onnx.export(network, torch.randn(1, 3 * SEGMENTS, side, side), target, opset_version=17)
