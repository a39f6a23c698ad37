"""Exports the small ONNX models that packages/onnx/tests/fixtures holds.

Run with a Python that has PyTorch 1.13: `python3 tools/golden/onnx/export-fixtures.py`. For each model it also writes
`<model>.json`: the input shapes that were run and the shapes that PyTorch itself got for the outputs, so that shape
inference is compared with what really comes out and not with another inference. Weights are random and seeded.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

folder = pathlib.Path(__file__).resolve().parents[3] / "packages" / "onnx" / "tests" / "fixtures"


class ShapeArithmetic(nn.Module):
    """A toy TSM: folds time into the batch, shifts channels in time, and unfolds by sizes read from the input."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.head = nn.Linear(8, 5)

    def forward(self, clip):
        batch, frames, channels, height, width = clip.shape
        x = clip.reshape(batch * frames, channels, height, width)
        x = self.pool(F.relu(self.norm(self.stem(x))))
        _, c, h, w = x.size()
        x = x.view(-1, frames, c, h, w)
        fold = c // 4
        left = F.pad(x[:, 1:, :fold], (0, 0, 0, 0, 0, 0, 0, 1))
        right = F.pad(x[:, :-1, fold : 2 * fold], (0, 0, 0, 0, 0, 0, 1, 0))
        x = torch.cat([left, right, x[:, :, 2 * fold :]], dim=2)
        x = F.interpolate(x.flatten(0, 1), scale_factor=2, mode="nearest")
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.head(x).view(-1, frames, 5).mean(1)


class Convolution3d(nn.Module):
    """Convolutions of three dimensions, transposed, grouped and dilated, with the pools that exporters emit for them."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv3d(3, 8, (3, 5, 5), stride=(1, 2, 2), padding=(1, 2, 2))
        self.grouped = nn.Conv3d(8, 8, 3, padding=2, dilation=2, groups=4)
        self.instance = nn.InstanceNorm3d(8, affine=True)
        self.group = nn.GroupNorm(2, 8)
        self.up = nn.ConvTranspose3d(8, 4, 3, stride=2, padding=1, output_padding=1)

    def forward(self, x):
        x = F.elu(self.first(x))
        x = F.avg_pool3d(x, (2, 3, 3), stride=2, padding=(1, 1, 1), ceil_mode=True, count_include_pad=False)
        x = F.hardswish(self.instance(self.grouped(x)))
        x = F.softplus(self.group(x))
        return self.up(x), F.adaptive_max_pool3d(x, 1).flatten(1)


class Attention(nn.Module):
    """A transformer block on patches: products, softmax, layer normalisation, gelu, expand, split and a mask."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 16, 4, stride=4)
        self.token = nn.Parameter(torch.zeros(1, 1, 16))
        self.position = nn.Parameter(torch.randn(1, 17, 16))
        self.norm = nn.LayerNorm(16)
        self.qkv = nn.Linear(16, 48)
        self.out = nn.Linear(16, 6)

    def forward(self, frames):
        x = self.patch(frames).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.size(0), -1, -1), x], 1) + self.position
        y = self.norm(x)
        b, n, c = y.shape
        q, k, v = self.qkv(y).reshape(b, n, 3, 2, c // 2).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-2, -1) / (c // 2) ** 0.5
        scores = scores.masked_fill(torch.ones(n, n).triu(1).bool(), float("-inf"))
        y = torch.einsum("bhij,bhjc->bihc", scores.softmax(-1), v).flatten(2)
        return self.out(F.gelu(x + y)[:, 0]).log_softmax(1)


class Indexing(nn.Module):
    """Gathers, scatters, reductions and searches."""

    def forward(self, x):
        top, where = x.topk(3, dim=1)
        rolled = torch.roll(x, 2, dims=2)
        picked = x.gather(1, where)
        scattered = torch.zeros_like(x).scatter(1, where, top)
        tiled = picked.repeat(1, 2, 1)
        flipped = x.flip(2)[:, ::2]
        reduced = x.logsumexp(2) + x.norm(dim=2) + x.amax(2) + x.std(2) + x.prod(2) + x.cumsum(2).mean(2)
        one_hot = F.one_hot(x.argmax(2), 7)
        return rolled, scattered, tiled, flipped, reduced, one_hot


def export(name, module, inputs, opset, dynamic, **options):
    torch.manual_seed(7)
    model = module().eval()
    path = folder / f"{name}-{opset}.onnx"
    torch.onnx.export(
        model, inputs, str(path), opset_version=opset, input_names=["input"], dynamic_axes=dynamic, **options
    )
    runs = []
    for batch in (1, 3):
        if dynamic is None and batch != inputs.shape[0]:
            continue
        x = torch.randn(batch, *inputs.shape[1:])
        with torch.no_grad():
            result = model(x)
        results = result if isinstance(result, tuple) else (result,)
        runs.append({"input": list(x.shape), "outputs": [list(one.shape) for one in results]})
    path.with_suffix(".json").write_text(json.dumps({"runs": runs}) + "\n")
    print(path.name, path.stat().st_size)


def main():
    folder.mkdir(parents=True, exist_ok=True)
    clip = torch.randn(2, 4, 3, 18, 22)
    batch = {"input": {0: "batch"}}
    for opset in (13, 16, 17):
        export("shape-arithmetic", ShapeArithmetic, clip, opset, batch, do_constant_folding=False)
    export("convolution-3d", Convolution3d, torch.randn(1, 3, 6, 20, 20), 16, None)
    export("attention", Attention, torch.randn(1, 3, 16, 16), 14, batch)
    export("attention", Attention, torch.randn(1, 3, 16, 16), 17, batch)
    export("indexing", Indexing, torch.randn(1, 5, 6), 16, batch)


main()
