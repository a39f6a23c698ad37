"""Writes what PyTorch computes for the TSM family, for the tests of packages/victim-tsm.

Usage: /usr/bin/python3 tools/golden/victim-tsm/make-golden.py   (PyTorch 1.13, torchvision 0.14)

The networks have the published sizes and the state-dict names of the two public code bases, but no stored weights: every
number is a hash of its tensor's name and its own index, which the tests compute again (tests/support/hashed-weights.ts).
For each network there is

- NAME.keys.txt: the names and shapes of its state dict, in order;
- NAME.json: settings, and in float64 the logits, the cross-entropy of one label and its gradient with respect to the
  pixels in [0, 1]: its norm, whole and per frame, and its values at every STEP-th position.
"""

import json
import zlib
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn

TARGET = Path(__file__).resolve().parents[3] / "packages/victim-tsm/tests/golden"
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def hashed(name, count):
    """Uniform numbers in [-1, 1): a 32-bit integer hash of (name, index)."""
    x = (np.arange(count, dtype=np.uint64) + zlib.crc32(name.encode())) & 0xFFFFFFFF
    for shift, factor in ((0, 0x9E3779B1), (15, 0x85EBCA77), (13, 0xC2B2AE3D)):
        x = ((x ^ (x >> shift if shift else 0)) * factor) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**31 - 1


def fill(model, prefix, gain):
    """Sets every parameter and statistic; `gain` is the mean scale of batch normalisation."""
    state = model.state_dict()
    for name, tensor in state.items():
        values = hashed(prefix + name, tensor.numel())
        if name.endswith("num_batches_tracked"):
            continue
        if tensor.dim() > 1:
            values *= np.sqrt(6 / np.prod(tensor.shape[1:]))
        elif name.endswith("running_var"):
            values = 1 + 0.5 * values
        elif name.endswith("weight"):
            # The first one is large, so that the cap of ReLU6 is reached.
            first = any(part in name for part in ("base_model.bn1.", "features.0.1.", "backbone.conv1.bn."))
            values = gain * (4 if first else 1) * (1 + 0.3 * values)
        else:
            values *= 0.2
        tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))


# The temporal shift, written from its definition.


class Shifted(nn.Module):
    def __init__(self, net, segments, divisor):
        super().__init__()
        self.net, self.segments, self.divisor = net, segments, divisor

    def forward(self, x):
        clips = x.reshape(-1, self.segments, *x.shape[1:])
        fold = clips.shape[2] // self.divisor
        moved = torch.zeros_like(clips)
        moved[:, :, 2 * fold :] = clips[:, :, 2 * fold :]
        for frame in range(self.segments):
            if frame + 1 < self.segments:
                moved[:, frame, :fold] = clips[:, frame + 1, :fold]
            if frame > 0:
                moved[:, frame, fold : 2 * fold] = clips[:, frame - 1, fold : 2 * fold]
        return self.net(moved.reshape(x.shape))


def shift_resnet(net, place, wrap_conv):
    every = 2 if len(net.layer3) >= 23 and place == "blockres" else 1
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        for index in range(0, len(stage), every):
            if place == "block":
                stage[index] = wrap_conv(stage[index])
            else:
                owner = stage[index] if isinstance(stage[index].conv1, nn.Conv2d) else stage[index].conv1
                name = "conv1" if owner is stage[index] else "conv"
                setattr(owner, name, wrap_conv(getattr(owner, name)))


# MobileNetV2 with the names of either code base.

STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def plain_unit(inputs, outputs, kernel, stride=1, groups=1, activation=None):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return layers + ([activation()] if activation else [])


class NamedUnit(nn.Module):
    """MMAction2's ConvModule: `conv`, then `bn`."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, activation=None):
        super().__init__()
        self.conv, self.bn = plain_unit(inputs, outputs, kernel, stride, groups)
        self.activation = activation() if activation else nn.Identity()

    def forward(self, x):
        return self.activation(self.bn(self.conv(x)))


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion, named):
        super().__init__()
        hidden = inputs * expansion
        parts = [(inputs, hidden, 1, 1, 1, nn.ReLU6)] if expansion != 1 else []
        parts += [(hidden, hidden, 3, stride, hidden, nn.ReLU6), (hidden, outputs, 1, 1, 1, None)]
        layers = [NamedUnit(*part) for part in parts] if named else [layer for part in parts for layer in plain_unit(*part)]
        self.conv = nn.Sequential(*layers)
        self.shortcut, self.expanded = stride == 1 and inputs == outputs, expansion != 1

    def forward(self, x):
        return x + self.conv(x) if self.shortcut else self.conv(x)


def inverted_stages(named):
    channels = 32
    for expansion, outputs, blocks, stride in STAGES:
        stage = []
        for index in range(blocks):
            stage.append(Inverted(channels, outputs, stride if index == 0 else 1, expansion, named))
            channels = outputs
        yield stage


class OfficialMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        blocks = [block for stage in inverted_stages(False) for block in stage]
        stem, head = nn.Sequential(*plain_unit(3, 32, 3, 2, 1, nn.ReLU6)), nn.Sequential(*plain_unit(320, 1280, 1, activation=nn.ReLU6))
        self.features = nn.Sequential(stem, *blocks, head)

    def forward(self, x):
        return self.features(x).mean((2, 3))


class NamedMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = NamedUnit(3, 32, 3, 2, 1, nn.ReLU6)
        for index, stage in enumerate(inverted_stages(True)):
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        self.conv2 = NamedUnit(320, 1280, 1, activation=nn.ReLU6)

    def forward(self, x):
        x = self.conv1(x)
        for index in range(len(STAGES)):
            x = getattr(self, f"layer{index + 1}")(x)
        return self.conv2(x).mean((2, 3))


def shift_mobilenet(net, wrap):
    for module in list(net.modules()):
        if isinstance(module, Inverted) and module.shortcut and module.expanded:
            module.conv[0] = wrap(module.conv[0])


# ResNet with MMAction2's names: torchvision's blocks, each convolution joined with its normalisation.


def name_resnet(net):
    def join(owner, conv, bn, activation):
        old_conv, old_bn = getattr(owner, conv), getattr(owner, bn)
        unit = NamedUnit(1, 1, 1, activation=activation)
        unit.conv, unit.bn = old_conv, old_bn
        delattr(owner, bn)
        setattr(owner, conv, unit)

    join(net, "conv1", "bn1", nn.ReLU)
    del net.fc
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        for block in stage:
            last = "conv3" if hasattr(block, "conv3") else "conv2"
            for conv in ("conv1", "conv2", "conv3"):
                if hasattr(block, conv):
                    join(block, conv, "bn" + conv[-1], None if conv == last else nn.ReLU)
            if block.downsample is not None:
                unit = NamedUnit(1, 1, 1)
                unit.conv, unit.bn = block.downsample
                block.downsample = unit
            block.forward = lambda x, block=block, last=last: named_block(block, last, x)
    net.forward = lambda x: torch.flatten(
        net.avgpool(net.layer4(net.layer3(net.layer2(net.layer1(net.maxpool(net.conv1(x))))))), 1
    )


def named_block(block, last, x):
    y = block.conv2(block.conv1(x))
    if last == "conv3":
        y = block.conv3(y)
    return torch.relu(y + (x if block.downsample is None else block.downsample(x)))


class Head(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.fc_cls = nn.Linear(features, classes)


class Tsm(nn.Module):
    """The names around the image network: `base_model` and `new_fc`, or `backbone` and `cls_head.fc_cls`."""

    def __init__(self, case):
        super().__init__()
        wrap = lambda module: Shifted(module, case["segments"], case["shiftDivisor"])
        named = case["style"] == "mmaction2"
        if case["network"] == "mobilenetv2":
            net, features = (NamedMobileNet() if named else OfficialMobileNet()), 1280
            shift_mobilenet(net, wrap)
        else:
            net = getattr(torchvision.models, case["network"])()
            features = net.fc.in_features
            if named:
                name_resnet(net)
            shift_resnet(net, case["place"], wrap)
            if not named:
                net.fc = nn.Linear(features, case["classes"]) if case["inPlace"] else nn.Identity()
        self.segments = case["segments"]
        if named:
            self.backbone, self.cls_head = net, Head(features, case["classes"])
        else:
            self.base_model = net
            if not case["inPlace"]:
                self.new_fc = nn.Linear(features, case["classes"])

    def forward(self, clips):
        mean, deviation = (torch.tensor(v, dtype=clips.dtype).reshape(3, 1, 1) for v in (MEAN, DEVIATION))
        frames = ((clips - mean) / deviation).flatten(0, 1)
        if hasattr(self, "backbone"):
            scores = self.cls_head.fc_cls(self.backbone(frames))
        else:
            scores = self.base_model(frames)
            scores = self.new_fc(scores) if hasattr(self, "new_fc") else scores
        return scores.reshape(-1, self.segments, scores.shape[1]).mean(1)


def case(name, network, segments, divisor, size, classes, label, style="official", wrapper="", place="blockres", in_place=False, gain=0.7):
    return {
        "name": name, "network": network, "segments": segments, "shiftDivisor": divisor, "inputSize": size,
        "classes": classes, "label": label, "style": style, "wrapper": wrapper, "place": place, "inPlace": in_place, "gain": gain,
    }


CASES = [
    case("resnet18", "resnet18", 4, 8, 64, 5, 2, wrapper="module."),
    case("resnet34-16-segments", "resnet34", 16, 4, 64, 7, 6),
    case("resnet101", "resnet101", 3, 8, 64, 101, 17, wrapper="module."),
    case("resnet50-block-in-place", "resnet50", 5, 8, 48, 4, 0, place="block", in_place=True),
    case("mobilenetv2", "mobilenetv2", 8, 8, 64, 51, 33, wrapper="module.", gain=0.85),
    case("mobilenetv2-mmaction2", "mobilenetv2", 4, 3, 96, 6, 1, style="mmaction2", gain=0.85),
    case("resnet18-mmaction2", "resnet18", 4, 16, 80, 10, 9, style="mmaction2"),
]


def write(settings):
    model = Tsm(settings)
    model.eval()
    with torch.no_grad():
        fill(model, settings["wrapper"], settings["gain"])
    keys = [f"{settings['wrapper']}{name} {' '.join(map(str, tensor.shape))}".strip() for name, tensor in model.state_dict().items()]
    (TARGET / f"{settings['name']}.keys.txt").write_text("\n".join(keys) + "\n")
    model.double()
    shape = (1, settings["segments"], 3, settings["inputSize"], settings["inputSize"])
    levels = np.floor((hashed("clip", int(np.prod(shape))) + 1) * 128)
    clip = torch.from_numpy((levels / 255).astype(np.float32).astype(np.float64)).reshape(shape).requires_grad_()
    logits = model(clip)
    loss = nn.functional.cross_entropy(logits, torch.tensor([settings["label"]]))
    (gradient,) = torch.autograd.grad(loss, clip)
    step = clip.numel() // 400 | 1
    result = {
        **{key: settings[key] for key in ("segments", "shiftDivisor", "inputSize", "classes", "label", "gain")},
        "logits": logits[0].tolist(),
        "loss": loss.item(),
        "gradientNorm": gradient.norm().item(),
        "gradientNormPerFrame": gradient[0].flatten(1).norm(dim=1).tolist(),
        "gradientStep": step,
        "gradient": [float(f"{value:.9e}") for value in gradient.flatten()[::step].tolist()],
    }
    (TARGET / f"{settings['name']}.json").write_text(json.dumps(result) + "\n")
    print(settings["name"], "loss", loss.item(), "norm", result["gradientNorm"], "logits", logits[0, :4].tolist())


TARGET.mkdir(parents=True, exist_ok=True)
for settings in CASES:
    write(settings)
