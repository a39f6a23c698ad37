"""Exports torchvision's video networks with PyTorch's ONNX exporter, and evaluates them in float64, for compare.ts.

Usage: /usr/bin/python3 tools/golden/victim-onnx/export-torchvision.py FOLDER [NETWORK …]   (PyTorch 1.13, torchvision 0.14)

FOLDER gets NETWORK-OPSET.onnx for opset 13 and 17 (batch axis symbolic), NETWORK.json, and three .npy files: a clip in [0, 1],
(1, frames, 3, height, width) float32, and the float64 logits and gradient that PyTorch computes for it, the gradient being that of
the cross-entropy of one label with respect to the clip. Weights are random and seeded; so are the statistics of batch normalisation, which
would otherwise do nothing. The files are large and serve for one comparison: they are not kept.
"""

import json
import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models import video

CLASSES, LABEL = 400, 137
MEAN, DEVIATION = [0.43216, 0.394666, 0.37645], [0.22803, 0.22145, 0.216989]
# Frames and side of a clip. S3D pools over 2 × 7 × 7 and so needs 16 frames of 224; MViT's positions are those of 16 frames of 224.
NETWORKS = {
    "r2plus1d_18": (video.r2plus1d_18, 8, 112), "mc3_18": (video.mc3_18, 8, 112), "r3d_18": (video.r3d_18, 8, 112),
    "s3d": (video.s3d, 16, 224), "mvit_v1_b": (video.mvit_v1_b, 16, 224),
}


def randomise_statistics(network):
    """Draws what random initialisation leaves at zero and one."""
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm3d, nn.LayerNorm)):
            nn.init.uniform_(module.weight, 0.8, 1.2)
            nn.init.normal_(module.bias, std=0.1)
        if isinstance(module, nn.Conv3d):
            # S3D's own draw is so small that hardly anything of the clip would reach its logits.
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, nn.BatchNorm3d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)


def write(folder, name):
    build, frames, side = NETWORKS[name]
    torch.manual_seed(7)
    network = build(num_classes=CLASSES).eval()
    randomise_statistics(network)
    example = torch.randn(1, 3, frames, side, side)
    for opset in (13, 17):
        torch.onnx.export(
            network, example, str(folder / f"{name}-{opset}.onnx"), opset_version=opset,
            input_names=["video"], output_names=["scores"], dynamic_axes={"video": {0: "batch"}, "scores": {0: "batch"}},
        )
    clip = torch.rand(1, frames, 3, side, side)
    numpy.save(folder / f"{name}-clip.npy", clip.numpy())
    clip = clip.double().requires_grad_()
    per_channel = lambda values: torch.tensor(values, dtype=torch.float64).reshape(3, 1, 1)
    normalized = (clip - per_channel(MEAN)) / per_channel(DEVIATION)
    logits = network.double()(normalized.transpose(1, 2))
    (gradient,) = torch.autograd.grad(F.cross_entropy(logits, torch.tensor([LABEL])), clip)
    numpy.save(folder / f"{name}-logits.npy", logits.detach().numpy())
    numpy.save(folder / f"{name}-gradient.npy", gradient.numpy())
    manifest = {"layout": "ncthw", "mean": MEAN, "std": DEVIATION}
    (folder / f"{name}.json").write_text(json.dumps({"label": LABEL, "options": manifest}) + "\n")
    print(name, "logits", logits.norm().item(), "gradient", gradient.norm().item(), flush=True)


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:] or NETWORKS:
    write(folder, name)
