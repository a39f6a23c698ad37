"""Exports small classifiers of clips with PyTorch's own ONNX exporter, for the tests of packages/victim-onnx.

Usage: /usr/bin/python3 tools/golden/victim-onnx/make-golden.py   (PyTorch 1.13)

- clips-13.onnx, clips-17.onnx: (batch, frames, 3, height, width), every axis but the colours dynamic, normalisation inside.
- frames-17.onnx: (batch · 4, 3, 20, 24), the first axis dynamic, for normalised pixels.
- volume-17.onnx: (batch, 3, 4, 20, 24), convolutions of three dimensions and a final Softmax, for normalised pixels. The
  golden logits are those before the Softmax.
- last-17.onnx: (batch, 4, 20, 24, 3), for pixels in [-1, 1].
- channels-17.onnx: (batch, 12, 20, 24), for pixels in [0, 255] less a mean, over a deviation.
NAME.json holds a clip in 8-bit levels and, in float64, what PyTorch itself computes for it: the logits, the cross-entropy
of one label and its gradient with respect to the values in [0, 1]. Weights are random and seeded.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "packages/victim-onnx/tests/fixtures"
MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)
FRAMES, HEIGHT, WIDTH, CLASSES, LABEL = 4, 20, 24, 6, 3


class Network(nn.Module):
    """Two convolutions per frame with a shift in time between them, pooled over space and time."""

    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 5, 2, 2, bias=False), nn.BatchNorm2d(8)
        self.conv, self.head = nn.Conv2d(8, 12, 3, padding=1), nn.Linear(12, CLASSES)
        self.norm.running_mean.uniform_(-0.5, 0.5)
        self.norm.running_var.uniform_(0.5, 1.5)

    def forward(self, images, frames):
        x = F.max_pool2d(F.relu(self.norm(self.stem(images))), 3, 2, 1)
        clips = x.view(-1, frames, *x.shape[1:])
        later = F.pad(clips[:, 1:, :2], (0, 0, 0, 0, 0, 0, 0, 1))
        earlier = F.pad(clips[:, :-1, 2:4], (0, 0, 0, 0, 0, 0, 1, 0))
        x = torch.cat([later, earlier, clips[:, :, 4:]], 2).flatten(0, 1)
        x = F.adaptive_avg_pool2d(torch.sigmoid(self.conv(x)), 1).flatten(1)
        return self.head(x).view(-1, frames, CLASSES).mean(1)


class Clips(nn.Module):
    def __init__(self):
        super().__init__()
        self.network = Network()
        self.register_buffer("mean", MEAN)
        self.register_buffer("deviation", DEVIATION)

    def forward(self, clips):
        batch, frames = clips.shape[:2]
        images = clips.reshape(batch * frames, *clips.shape[2:])
        return self.network((images - self.mean) / self.deviation, frames)


class Frames(nn.Module):
    def __init__(self):
        super().__init__()
        self.network = Network()

    def forward(self, images):
        return self.network(images, FRAMES)


class Volume(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv3d(3, 8, 3, (1, 2, 2), 1, bias=False), nn.BatchNorm3d(8)
        self.head = nn.Linear(8, CLASSES)
        self.norm.running_mean.uniform_(-0.5, 0.5)

    def logits(self, volume):
        return self.head(torch.sigmoid(self.norm(self.conv(volume))).mean((2, 3, 4)))

    def forward(self, volume):
        return self.logits(volume).softmax(1)


class Last(Frames):
    def forward(self, clips):
        return super().forward(clips.permute(0, 1, 4, 2, 3).flatten(0, 1))


class Channels(Frames):
    def forward(self, stacked):
        return super().forward(stacked.view(-1, 3, HEIGHT, WIDTH))


def write(name, model, opset, example, axes, evaluate):
    model.eval()
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model, example, str(FOLDER / f"{name}-{opset}.onnx"), opset_version=opset,
        input_names=["input"], output_names=["scores"], dynamic_axes={"input": axes, "scores": {0: "batch"}},
    )
    model.double()
    levels = torch.randint(0, 256, (1, FRAMES, 3, HEIGHT, WIDTH))
    clip = (levels.float() / 255).double().requires_grad_()
    logits = evaluate(model, clip)
    loss = F.cross_entropy(logits, torch.tensor([LABEL]))
    (gradient,) = torch.autograd.grad(loss, clip)
    golden = {
        "shape": list(clip.shape), "levels": bytes(levels.flatten().tolist()).hex(), "label": LABEL,
        "logits": logits[0].tolist(), "loss": loss.item(), "gradientNorm": gradient.norm().item(),
        "gradientStep": 17, "gradient": gradient.flatten()[::17].tolist(),
    }
    (FOLDER / f"{name}-{opset}.json").write_text(json.dumps(golden) + "\n")
    print(name, opset, loss.item(), golden["gradientNorm"])


every_axis = {0: "batch", 1: "frames", 3: "height", 4: "width"}
for opset in (13, 17):
    torch.manual_seed(3)
    write("clips", Clips(), opset, torch.rand(2, FRAMES, 3, HEIGHT, WIDTH), every_axis, lambda model, clip: model(clip))
torch.manual_seed(4)
normalized = lambda model, clip: model(((clip - MEAN) / DEVIATION).flatten(0, 1))
write("frames", Frames(), 17, torch.randn(FRAMES, 3, HEIGHT, WIDTH), {0: "rows"}, normalized)

torch.manual_seed(5)
normalize = lambda clip: (clip - MEAN) / DEVIATION
write(
    "volume", Volume(), 17, torch.randn(1, 3, FRAMES, HEIGHT, WIDTH), {0: "batch"},
    lambda model, clip: model.logits(normalize(clip).transpose(1, 2)),
)
torch.manual_seed(6)
signed = lambda model, clip: model((clip * 2 - 1).permute(0, 1, 3, 4, 2))
write("last", Last(), 17, torch.randn(1, FRAMES, HEIGHT, WIDTH, 3), {0: "batch"}, signed)
torch.manual_seed(7)
bytes_stacked = lambda model, clip: model(((clip * 255 - 255 * MEAN) / (255 * DEVIATION)).flatten(1, 2))
write("channels", Channels(), 17, torch.randn(1, 3 * FRAMES, HEIGHT, WIDTH), {0: "batch"}, bytes_stacked)
