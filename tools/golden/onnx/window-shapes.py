"""Writes packages/onnx/tests/fixtures/window-shapes.jsonl: output shapes of convolutions and pools as PyTorch makes them.

Run with a Python that has PyTorch 1.13: `python3 tools/golden/onnx/window-shapes.py`. The parameters are drawn with a
fixed seed; a combination that PyTorch itself refuses is left out.
"""

import json
import pathlib
import random

import torch
from torch.nn import functional as F

draw = random.Random(7)
target = pathlib.Path(__file__).resolve().parents[3] / "packages" / "onnx" / "tests" / "fixtures" / "window-shapes.jsonl"

convolutions = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
transposes = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
max_pools = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
average_pools = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


def numbers(rank, low, high):
    return [draw.randint(low, high) for _ in range(rank)]


def case(operator):
    rank = draw.randint(1, 3)
    groups = draw.choice([1, 1, 2, 3])
    one = {
        "operator": operator,
        "spatial": numbers(rank, 1, 13),
        "kernel": numbers(rank, 1, 4),
        "strides": numbers(rank, 1, 3),
        "padding": numbers(rank, 0, 2),
        "dilations": numbers(rank, 1, 3),
    }
    x = torch.zeros(2, 2 * groups, *one["spatial"])
    if operator == "Conv":
        one["group"] = groups
        weight = torch.zeros(3 * groups, 2, *one["kernel"])
        y = convolutions[rank](x, weight, None, one["strides"], one["padding"], one["dilations"], groups)
    elif operator == "ConvTranspose":
        one["group"] = groups
        one["outputPadding"] = [draw.randint(0, max(s, d) - 1) for s, d in zip(one["strides"], one["dilations"])]
        weight = torch.zeros(2 * groups, 3, *one["kernel"])
        y = transposes[rank](
            x, weight, None, one["strides"], one["padding"], one["outputPadding"], groups, one["dilations"]
        )
    elif operator == "MaxPool":
        one["ceilMode"] = draw.randint(0, 1)
        y = max_pools[rank](
            x, one["kernel"], one["strides"], one["padding"], one["dilations"], ceil_mode=bool(one["ceilMode"])
        )
    else:
        one["ceilMode"] = draw.randint(0, 1)
        del one["dilations"]
        y = average_pools[rank](x, one["kernel"], one["strides"], one["padding"], ceil_mode=bool(one["ceilMode"]))
    if operator in ("Conv", "ConvTranspose"):
        one["weight"] = list(weight.shape)
    if 0 in y.shape:
        raise RuntimeError("max_pool1d does not refuse a window that does not fit")
    one["input"] = list(x.shape)
    one["output"] = list(y.shape)
    del one["spatial"]
    return one


def main():
    cases = []
    for operator in ("Conv", "ConvTranspose", "MaxPool", "AveragePool"):
        kept = 0
        while kept < 40:
            try:
                cases.append(case(operator))
                kept += 1
            except RuntimeError:
                continue
    target.write_text("".join(json.dumps(one) + "\n" for one in cases))
    print(len(cases), target.stat().st_size)


main()
