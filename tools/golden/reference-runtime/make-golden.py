"""Writes the values that PyTorch computes in float64 for single ONNX operators.

Usage: python3 tools/golden/reference-runtime/make-golden.py   (PyTorch 1.13, NumPy)

Each case is one ONNX node: operator, opset, attributes, operands, and the outputs PyTorch gives for the same
arithmetic. The tests of runtime-reference compare with them; they need no Python.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

TARGET = Path(__file__).resolve().parents[3] / "packages/runtime-reference/tests/golden/torch.json"
torch.set_default_dtype(torch.float64)
cases = []
generator = torch.Generator().manual_seed(20240501)


def normal(*shape):
    """Random operands with few digits, so that the file stays small and the values are exact."""
    return (torch.randn(shape, generator=generator) * 64).round() / 64


def positive(*shape):
    return normal(*shape).abs() + 0.5


def integers(low, high, *shape):
    return torch.randint(low, high, shape, generator=generator)


def encode(value):
    value = torch.as_tensor(value)
    dtype = {torch.float64: "float64", torch.int64: "int64", torch.bool: "bool"}[value.dtype]
    flat = value.reshape(-1).tolist()
    if dtype == "float64":
        flat = [float(f"{x:.14g}") for x in flat]
    return {"dtype": dtype, "shape": list(value.shape), "data": [int(x) for x in flat] if dtype != "float64" else flat}


def attribute(value):
    if isinstance(value, list):
        return {"type": "ints", "value": value}
    return {"type": {int: "int", float: "float", str: "string"}[type(value)], "value": value}


def case(name, operator, inputs, outputs, opset=17, **attributes):
    cases.append(
        {
            "name": name,
            "operator": operator,
            "opset": opset,
            "attributes": {key: attribute(value) for key, value in attributes.items()},
            "inputs": [None if x is None else encode(x) for x in inputs],
            "outputs": [encode(x) for x in (outputs if isinstance(outputs, (list, tuple)) else [outputs])],
        }
    )


# Convolutions. ONNX pads are all begins, then all ends.
def convolution(name, x, w, b, stride, padding, dilation, groups):
    rank = x.dim() - 2
    f = [None, F.conv1d, F.conv2d, F.conv3d][rank]
    case(
        name, "Conv", [x, w] + ([b] if b is not None else []), f(x, w, b, stride, padding, dilation, groups),
        strides=stride, pads=padding * 2, dilations=dilation, group=groups,
    )


convolution("conv 1-D, stride 2, pad 2", normal(2, 3, 9), normal(4, 3, 5), normal(4), [2], [2], [1], 1)
convolution("conv 2-D, unequal strides, pads and dilations", normal(2, 2, 7, 9), normal(3, 2, 3, 2), normal(3), [2, 1], [1, 2], [2, 3], 1)
convolution("conv 2-D, groups", normal(1, 4, 5, 5), normal(6, 2, 3, 3), None, [1, 1], [1, 1], [1, 1], 2)
convolution("conv 2-D, depthwise", normal(1, 3, 6, 5), normal(3, 1, 3, 3), normal(3), [2, 2], [1, 1], [1, 1], 3)
convolution("conv 3-D", normal(1, 2, 4, 5, 5), normal(2, 2, 3, 2, 3), normal(2), [1, 2, 2], [1, 0, 1], [1, 2, 1], 1)


def transposed_convolution(name, x, w, b, stride, padding, extra, groups, dilation):
    rank = x.dim() - 2
    f = [None, F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][rank]
    case(
        name, "ConvTranspose", [x, w] + ([b] if b is not None else []), f(x, w, b, stride, padding, extra, groups, dilation),
        strides=stride, pads=padding * 2, dilations=dilation, group=groups, output_padding=extra,
    )


transposed_convolution("transposed conv 1-D", normal(2, 2, 4), normal(2, 3, 3), normal(3), [2], [1], [1], 1, [1])
transposed_convolution("transposed conv 2-D, groups, dilation", normal(1, 4, 3, 4), normal(4, 2, 3, 2), normal(4), [2, 3], [1, 2], [1, 0], 2, [2, 1])
transposed_convolution("transposed conv 3-D", normal(1, 2, 2, 3, 2), normal(2, 1, 2, 3, 2), None, [1, 2, 2], [0, 1, 0], [0, 1, 0], 1, [1, 1, 1])


# Pools. PyTorch's indices are those within a plane, ONNX's those within the whole operand.
def max_pool(name, x, kernel, stride, padding, dilation, ceil):
    rank = x.dim() - 2
    f = [None, F.max_pool1d, F.max_pool2d, F.max_pool3d][rank]
    y, indices = f(x, kernel, stride, padding, dilation, ceil_mode=ceil, return_indices=True)
    plane = math.prod(x.shape[2:])
    starts = torch.arange(x.shape[0] * x.shape[1]).reshape(x.shape[0], x.shape[1], *[1] * rank) * plane
    case(
        name, "MaxPool", [x], [y, indices + starts],
        kernel_shape=kernel, strides=stride, pads=padding * 2, dilations=dilation, ceil_mode=int(ceil),
    )


max_pool("max pool 1-D", normal(2, 2, 7), [3], [2], [1], [1], False)
max_pool("max pool 2-D, 3x3 stride 2 pad 1", normal(2, 2, 7, 8), [3, 3], [2, 2], [1, 1], [1, 1], False)
max_pool("max pool 2-D, ceil mode", normal(1, 2, 6, 8), [3, 3], [2, 2], [1, 1], [1, 1], True)
max_pool("max pool 2-D, ceil mode, window behind the end", normal(1, 1, 4, 5), [2, 2], [3, 3], [1, 1], [1, 1], True)
max_pool("max pool 2-D, dilation", normal(1, 2, 7, 7), [2, 3], [1, 2], [0, 1], [3, 2], False)
max_pool("max pool 2-D, ties", integers(0, 2, 1, 2, 6, 6).double(), [3, 3], [2, 2], [1, 1], [1, 1], False)
max_pool("max pool 3-D", normal(1, 2, 4, 5, 4), [2, 3, 2], [2, 1, 2], [0, 1, 0], [1, 1, 1], False)


def average_pool(name, x, kernel, stride, padding, ceil, include, opset=17):
    rank = x.dim() - 2
    f = [None, F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][rank]
    case(
        name, "AveragePool", [x], f(x, kernel, stride, padding, ceil, include), opset,
        kernel_shape=kernel, strides=stride, pads=padding * 2, ceil_mode=int(ceil), count_include_pad=int(include),
    )


average_pool("average pool 1-D", normal(1, 2, 8), [3], [2], [1], False, False)
for include in (False, True):
    for ceil in (False, True):
        average_pool(f"average pool 2-D, ceil {ceil}, pads counted {include}", normal(1, 2, 6, 7), [3, 2], [2, 3], [1, 1], ceil, include)
average_pool("average pool 3-D", normal(1, 1, 4, 4, 6), [2, 2, 3], [2, 1, 2], [1, 0, 1], False, True, 19)
x = normal(2, 3, 4, 5)
case("global average pool", "GlobalAveragePool", [x], F.adaptive_avg_pool2d(x, 1))
case("global max pool", "GlobalMaxPool", [x], F.adaptive_max_pool2d(x, 1))

# Normalisations
x, scale, bias, mean, variance = normal(3, 2, 4, 2), normal(2), normal(2), normal(2), positive(2)
case("batch normalization", "BatchNormalization", [x, scale, bias, mean, variance], F.batch_norm(x, mean, variance, scale, bias, eps=1e-3), epsilon=1e-3)
deviation = x.var(dim=(0, 2, 3), unbiased=False)
case(
    "batch normalization, training", "BatchNormalization", [x, scale, bias, mean, variance],
    [
        F.batch_norm(x, mean.clone(), variance.clone(), scale, bias, training=True),
        mean * 0.75 + 0.25 * x.mean(dim=(0, 2, 3)),
        variance * 0.75 + 0.25 * deviation,
    ],
    training_mode=1, momentum=0.75,
)
case("instance normalization", "InstanceNormalization", [x, scale, bias], F.instance_norm(x, weight=scale, bias=bias, eps=1e-4), epsilon=1e-4)
x, scale, bias = normal(2, 6, 3, 2), normal(6), normal(6)
case("group normalization, opset 21", "GroupNormalization", [x, scale, bias], F.group_norm(x, 3, scale, bias), 21, num_groups=3)
per_group = normal(3)
case("group normalization, opset 18", "GroupNormalization", [x, per_group, per_group + 1],
     F.group_norm(x, 3, per_group.repeat_interleave(2), (per_group + 1).repeat_interleave(2)), 18, num_groups=3)
x, scale, bias = normal(2, 3, 4), normal(3, 4), normal(3, 4)
case("layer normalization over two axes", "LayerNormalization", [x, scale, bias],
     [F.layer_norm(x, (3, 4), scale, bias, 1e-3), x.mean((1, 2), keepdim=True), 1 / (x.var((1, 2), unbiased=False, keepdim=True) + 1e-3).sqrt()],
     axis=-2, epsilon=1e-3)
case("layer normalization without bias", "LayerNormalization", [x, scale[0]], F.layer_norm(x, (4,), scale[0]))

# Activations and other functions
x = torch.cat([normal(14) * 3, torch.tensor([0.0, -0.25, 6.5, -7.0])])
case("relu", "Relu", [x], F.relu(x))
case("leaky relu", "LeakyRelu", [x], F.leaky_relu(x, 0.2), alpha=0.2)
case("leaky relu, default slope", "LeakyRelu", [x], F.leaky_relu(x))
case("elu", "Elu", [x], F.elu(x, 0.7), alpha=0.7)
case("celu", "Celu", [x], F.celu(x, 0.7), alpha=0.7)
case("selu", "Selu", [x], F.selu(x))
case("gelu", "Gelu", [x], F.gelu(x), 20)
case("gelu, tanh form", "Gelu", [x], F.gelu(x, approximate="tanh"), 20, approximate="tanh")
case("mish", "Mish", [x], F.mish(x), 18)
case("hard swish", "HardSwish", [x], F.hardswish(x))
case("hard sigmoid", "HardSigmoid", [x], F.hardsigmoid(x), alpha=1 / 6)
case("hard sigmoid, default", "HardSigmoid", [x], torch.clamp(0.2 * x + 0.5, 0, 1))
wide = torch.cat([x, torch.tensor([800.0, -800.0, 37.0, -37.0])])
case("sigmoid", "Sigmoid", [wide], torch.sigmoid(wide))
case("softplus", "Softplus", [wide], torch.logaddexp(wide, torch.zeros_like(wide)))
case("softsign", "Softsign", [wide], F.softsign(wide))
case("tanh", "Tanh", [wide], torch.tanh(wide))
tight = torch.cat([x, torch.tensor([2.99, 3.0, 3.01, -5.9, 1e-9])])
case("erf", "Erf", [tight], torch.erf(tight))
for name in ("exp", "sin", "cos", "abs", "floor", "ceil", "sign"):
    case(name, name.capitalize(), [x], getattr(torch, name)(x))
case("round, halves to even", "Round", [torch.tensor([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, -2.6])], torch.tensor([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, -2.6]).round())
x, slope = normal(2, 3, 4), normal(3, 1)
case("prelu", "PRelu", [x, slope], torch.where(x < 0, x * slope, x))
for axis in (-1, 1, 0):
    case(f"softmax, axis {axis}", "Softmax", [x], F.softmax(x, axis), axis=axis)
    case(f"log softmax, axis {axis}", "LogSoftmax", [x], F.log_softmax(x, axis), axis=axis)
case("softmax of large numbers", "Softmax", [x * 1000], F.softmax(x * 1000, -1))

# Linear algebra
a, b = normal(3, 1, 2, 4), normal(2, 4, 3)
case("matmul, broadcast stacks", "MatMul", [a, b], a @ b)
case("matmul, vector and stack", "MatMul", [b[0, :, 0].contiguous(), b], b[0, :, 0] @ b)
case("matmul, stack and vector", "MatMul", [a, b[0, :, 0].contiguous()], a @ b[0, :, 0])
a, b, c = normal(4, 2), normal(3, 4), normal(3)
case("gemm, both transposed", "Gemm", [a, b, c], 0.5 * a.T @ b.T + 0.25 * c, transA=1, transB=1, alpha=0.5, beta=0.25)
column = normal(2, 1)
case("gemm, column addend", "Gemm", [a.T.contiguous(), b.T.contiguous(), column], a.T @ b.T + column)
for equation, shapes in {
    "bij,bjk->bik": [(2, 3, 4), (2, 4, 2)],
    "bhwc,hkc->bhwk": [(2, 3, 2, 4), (3, 5, 4)],
    "ij->ji": [(2, 3)],
    "ij,jk": [(2, 3), (3, 2)],
    "ii->i": [(3, 3)],
    "ij->": [(2, 3)],
    "...ij,...jk->...ik": [(2, 1, 2, 3), (4, 3, 2)],
    "i,j,k->kji": [(2,), (3,), (4,)],
}.items():
    operands = [normal(*shape) for shape in shapes]
    case(f"einsum {equation}", "Einsum", operands, torch.einsum(equation, *operands), equation=equation)

# Reductions and selection
x = normal(2, 3, 4)
case("reduce log sum exp", "ReduceLogSumExp", [x, torch.tensor([1])], torch.logsumexp(x, 1), 18, keepdims=0)
case("reduce product", "ReduceProd", [x], x.prod(), 17, keepdims=0)
case("reduce l2, axes attribute", "ReduceL2", [x], x.norm(dim=(0, 2), keepdim=True), 17, axes=[0, -1])
case("reduce l2, axes operand", "ReduceL2", [x, torch.tensor([0, -1])], x.norm(dim=(0, 2), keepdim=True), 18)
case("reduce max", "ReduceMax", [x, torch.tensor([-2])], x.amax(1), 20, keepdims=0)
case("reduce mean", "ReduceMean", [x], x.mean((1, 2)), 13, keepdims=0, axes=[1, 2])
values, indices = torch.topk(x, 2, dim=1)
case("top k", "TopK", [x, torch.tensor([2])], [values, indices], axis=1)
values, indices = torch.topk(x, 3, dim=-1, largest=False)
case("top k, smallest", "TopK", [x, torch.tensor([3])], [values, indices], largest=0)
case("arg max", "ArgMax", [x], x.argmax(1), axis=1, keepdims=0)
case("arg min", "ArgMin", [x], x.argmin(2, keepdim=True), axis=-1)
case("cumulative sum", "CumSum", [x, torch.tensor(1)], x.cumsum(1))
case("cumulative sum, reversed", "CumSum", [x, torch.tensor(-1)], x.flip(-1).cumsum(-1).flip(-1), reverse=1)

# Indexing
indices = integers(0, 3, 2, 2, 4)
case("gather elements", "GatherElements", [x, indices], x.gather(1, indices), axis=1)
updates = normal(2, 2, 4)
case("scatter elements, add", "ScatterElements", [x, indices, updates], x.scatter_add(1, indices, updates), 18, axis=1, reduction="add")
for onnx_name, torch_name in {"mul": "prod", "min": "amin", "max": "amax"}.items():
    case(f"scatter elements, {onnx_name}", "ScatterElements", [x, indices, updates],
         x.scatter_reduce(1, indices, updates, torch_name), 18, axis=1, reduction=onnx_name)
case("gather", "Gather", [x, torch.tensor([[2, -1], [0, 0]])], x[:, torch.tensor([[2, -1], [0, 0]])], axis=1)

# Movement
x = normal(1, 4, 2, 3)
case("pixel shuffle", "DepthToSpace", [x], F.pixel_shuffle(x, 2), blocksize=2, mode="CRD")
x = normal(1, 2, 4, 5)
for mode, torch_mode in {"reflect": "reflect", "edge": "replicate"}.items():
    case(f"pad, {mode}", "Pad", [x, torch.tensor([0, 0, 1, 2, 0, 0, 3, 1])], F.pad(x, [2, 1, 1, 3], mode=torch_mode), mode=mode)
case("pad, constant with a negative side", "Pad", [x, torch.tensor([0, 1, -1, 2, 0, 0, 1, -2]), torch.tensor(1.5)], F.pad(x, [2, -2, -1, 1, 1, 0], value=1.5))
case("pad, wrap", "Pad", [x, torch.tensor([1, 2, 2, 1]), None, torch.tensor([2, 3])], torch.as_tensor(np.pad(x.numpy(), ((0, 0), (0, 0), (1, 2), (2, 1)), mode="wrap")), 19, mode="wrap")
case("upper triangle", "Trilu", [x, torch.tensor(1)], x.triu(1))
case("lower triangle", "Trilu", [x, torch.tensor(-1)], x.tril(-1), upper=0)


# Resize
def resize(name, x, scales, sizes, expected, opset=17, **attributes):
    case(name, "Resize", [x, None, None if scales is None else torch.tensor(scales), None if sizes is None else torch.tensor(sizes)], expected, opset, **attributes)


x = normal(1, 2, 4, 5)
for label, size in {"up": (7, 11), "down": (3, 2)}.items():
    sizes = [1, 2, *size]
    resize(f"resize linear {label}", x, None, sizes, F.interpolate(x, size, mode="bilinear", align_corners=False), mode="linear", coordinate_transformation_mode="half_pixel")
    resize(f"resize linear {label}, corners aligned", x, None, sizes, F.interpolate(x, size, mode="bilinear", align_corners=True), mode="linear", coordinate_transformation_mode="align_corners")
    resize(f"resize cubic {label}", x, None, sizes, F.interpolate(x, size, mode="bicubic", align_corners=False), mode="cubic")
    resize(f"resize cubic {label}, corners aligned", x, None, sizes, F.interpolate(x, size, mode="bicubic", align_corners=True), mode="cubic", coordinate_transformation_mode="align_corners")
    resize(f"resize nearest {label}, asymmetric floor", x, None, sizes, F.interpolate(x, size, mode="nearest"), mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    resize(f"resize nearest {label}, half pixel", x, None, sizes, F.interpolate(x, size, mode="nearest-exact"), mode="nearest", nearest_mode="round_prefer_ceil")
resize("resize linear to one row", x, None, [1, 2, 1, 9], F.interpolate(x, (1, 9), mode="bilinear", align_corners=True), mode="linear", coordinate_transformation_mode="align_corners")
resize("resize by scales", x, [1.0, 1.0, 1.5, 2.0], None, F.interpolate(x, scale_factor=(1.5, 2.0), mode="bilinear", align_corners=False), mode="linear")
resize("resize of two axes", x, None, [8, 10], F.interpolate(x, (8, 10), mode="bilinear", align_corners=False), 18, mode="linear", axes=[2, 3])
x = normal(1, 1, 2, 3, 3)
resize("resize trilinear", x, None, [1, 1, 3, 5, 6], F.interpolate(x, (3, 5, 6), mode="trilinear", align_corners=False), mode="linear")

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases) + "\n]\n")
print(f"{len(cases)} cases, {TARGET.stat().st_size} bytes")
