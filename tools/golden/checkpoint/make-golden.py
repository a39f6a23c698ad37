"""Writes small checkpoints with PyTorch, and what PyTorch itself reads from them.

Usage: python3 tools/golden/checkpoint/make-golden.py   (PyTorch 1.13; ../shared/fixtures is optional)

- tests/fixtures/*.pth: every element type, strided views, shared storages, training checkpoints, modules; each as a
  zip archive and as the stream from before 1.6, in pickle protocols 2 and 4; and files that are no state dict.
- tests/golden/torch.json: for each tensor of each file its type, shape, first elements, and the SHA-256 of
  its elements in row-major order.
- tests/golden/pickles.json: Python's own pickles of plain values in protocols 0 to 5, and the values.
- tests/golden/shared-fixtures.json: the same for twenty tensors of each large fixture, and one SHA-256 over the names,
  types, shapes and elements of all of them.
The storage keys of the stream format are memory addresses, so those files differ from run to run; their tensors do not.
The tests of the checkpoint package compare with them; they need no Python. Format the JSON with prettier afterwards.
"""

import argparse
import base64
import collections
import hashlib
import io
import json
import math
import pickle
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import numpy
import torch

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "packages/checkpoint/tests"
FIXTURES = PACKAGE / "fixtures"
SHARED = ROOT.parent / "shared/fixtures"


def every_dtype():
    numbers = [0, 1, -2, 3.5, 1e-3, -65504, 127]
    special = [float("nan"), float("inf"), float("-inf"), -0.0, 1e-40, 3.4028235e38]
    return collections.OrderedDict(
        float32=torch.tensor(numbers + special, dtype=torch.float32),
        float64=torch.tensor(numbers + special, dtype=torch.float64),
        float16=torch.tensor(numbers + special[:4], dtype=torch.float16),
        bfloat16=torch.tensor(numbers + special[:4], dtype=torch.bfloat16),
        int8=torch.tensor([-128, 0, 127], dtype=torch.int8),
        int16=torch.tensor([-32768, 0, 32767], dtype=torch.int16),
        int32=torch.tensor([-(2**31), 0, 2**31 - 1], dtype=torch.int32),
        int64=torch.tensor([-(2**63), 2**53 + 1, 2**63 - 1], dtype=torch.int64),
        uint8=torch.tensor([0, 128, 255], dtype=torch.uint8),
        bool=torch.tensor([[True, False], [False, True]]),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3),
    )


def views():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    half = torch.arange(-6, 6, dtype=torch.float16).reshape(3, 4)
    tied = torch.randn(3, 3, generator=torch.Generator().manual_seed(0))
    return collections.OrderedDict(
        base=base,
        transposed=base.transpose(0, 2),
        permuted=base.permute(1, 2, 0),
        offset=base[1],
        stepped=base[:, ::2, 1::2],
        narrow=base.narrow(2, 1, 2),
        flat=base.view(-1)[5:17],
        column=base[:, :1, :1],
        expanded=torch.tensor([[1.0], [2.0]]).expand(2, 5),
        diagonal=tied.diagonal(),
        tied=tied,
        tied_again=tied,
        tied_transposed=tied.t(),
        half_transposed=half.t(),
        channels_last=torch.arange(48.0).reshape(1, 3, 4, 4).to(memory_format=torch.channels_last),
        flags=torch.tensor([[True, False, True], [False, False, True]]).t(),
        empty_view=base[:, 3:, :],
    )


def training():
    """A checkpoint as training scripts save it: the state dict among plain and NumPy values."""
    model = module()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(1, 2, 4, 4)).sum().backward()
    optimizer.step()
    return {
        "epoch": 7,
        "arch": "toy",
        "best": torch.tensor(0.5),
        "state_dict": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(lr=0.1, gpus=[0, 1]),
        "history": collections.defaultdict(list, {"loss": [0.5, 0.25]}),
        "big": 2**70,
        "negative": -(2**40),
        "raw": b"\x00\xff",
        "array": bytearray(b"ab"),
        "labels": {"run", "walk"},
        "frozen": frozenset([1, 2]),
        "pair": (1, "two"),
        "nothing": None,
        "scalar": numpy.float64(0.25),
        "vector": numpy.arange(3, dtype=numpy.int16),
        "size": torch.Size([2, 3]),
        "dtype": torch.float16,
        "storage": torch.tensor([1.0, 2.0]).storage(),
        "complex": torch.tensor([1 + 2j]),
    }


def module():
    torch.manual_seed(1)
    return torch.nn.Sequential(
        collections.OrderedDict(
            conv=torch.nn.Conv2d(2, 3, 3),
            bn=torch.nn.BatchNorm2d(3),
        )
    )


def nested():
    parts = collections.OrderedDict(
        backbone=collections.OrderedDict(weight=torch.ones(2, 2), bias=torch.zeros(2)),
        heads={0: {"weight": torch.full((2,), 3.0)}, 1: {"weight": torch.full((2,), 4.0)}},
        version=2,
    )
    return {"model_state": parts, "iteration": 10}


def parameters():
    attributed = torch.ones(3)
    attributed.note = "kept by Python as an attribute"
    return {
        "parameter": torch.nn.Parameter(torch.arange(4.0)),
        "buffer": torch.ones(2),
        "attributed": attributed,
    }


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def rezipped(content, compression):
    """The same archive as Python's zipfile writes it: deflated, or with 64-bit sizes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", compression) as archive:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compression
            with archive.open(entry, "w", force_zip64=True) as out:
                out.write(source.read(name))
    return target.getvalue()


def elements(tensor):
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    return tensor.numpy().tobytes()


def described(tensor):
    tensor = tensor.detach()
    return {
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "first": [str(value) for value in tensor.flatten()[:6].tolist()],
        "sha256": hashlib.sha256(elements(tensor)).hexdigest(),
    }


def flattened(dictionary, prefix=""):
    for key, value in dictionary.items():
        if isinstance(value, torch.Tensor):
            yield f"{prefix}{key}", value
        elif isinstance(value, dict):
            yield from flattened(value, f"{prefix}{key}.")


def state_dict(root):
    for name in ("state_dict", "model_state", "model_state_dict", "model"):
        if isinstance(root.get(name), dict):
            return root[name]
    return root


def write_small():
    containers = {
        "zip-2": dict(pickle_protocol=2),
        "zip-4": dict(pickle_protocol=4),
        "stream-2": dict(_use_new_zipfile_serialization=False, pickle_protocol=2),
        "stream-4": dict(_use_new_zipfile_serialization=False, pickle_protocol=4),
    }
    contents = {
        "every-dtype": every_dtype(),
        "views": views(),
        "training": training(),
        "module": module().state_dict(),
        "nested": nested(),
        "parameters": parameters(),
    }
    files = {}
    for name, value in contents.items():
        for container, options in containers.items():
            files[f"{name}.{container}"] = saved(value, **options)
    files["views.deflated"] = rezipped(files["views.zip-2"], zipfile.ZIP_DEFLATED)
    files["views.zip64"] = rezipped(files["views.zip-2"], zipfile.ZIP_STORED)
    golden = {}
    for name, content in files.items():
        root = torch.load(io.BytesIO(content))
        golden[f"{name}.pth"] = {key: described(value) for key, value in flattened(state_dict(root))}
    # Files that hold no state dict.
    linear = torch.nn.Linear(2, 1)
    files["whole-model.zip-2"] = saved(linear)
    files["whole-model.stream-2"] = saved(linear, _use_new_zipfile_serialization=False)
    files["whole-model-entry.zip-2"] = saved({"epoch": 1, "model": linear})
    files["one-tensor.zip-2"] = saved(torch.ones(2))
    files["complex.zip-2"] = saved({"spectrum": torch.tensor([1 + 2j])})
    script = io.BytesIO()
    torch.jit.save(torch.jit.script(linear), script)
    files["torchscript"] = script.getvalue()
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        assert len(content) < 20_000, (name, len(content))
        (FIXTURES / f"{name}.pth").write_bytes(content)
    write_json("torch.json", golden)


def write_shared():
    stand_in_for_mmengine()
    golden = {}
    for folder in sorted(SHARED.iterdir()):
        packed = folder / "checkpoint.pth.tar.br"
        if not packed.exists():
            continue
        root = torch.load(io.BytesIO(decompressed(packed)))
        tensors = dict(flattened(state_dict(root)))
        names = list(tensors)
        sampled = [names[index * (len(names) - 1) // 19] for index in range(20)]
        whole = hashlib.sha256()
        for name, tensor in tensors.items():
            dtype = str(tensor.dtype).removeprefix("torch.")
            whole.update(f"{name} {dtype} {','.join(map(str, tensor.shape))}\n".encode())
            whole.update(elements(tensor))
        golden[folder.name] = {
            "count": len(tensors),
            "sha256": whole.hexdigest(),
            "tensors": {name: described(tensors[name]) for name in sampled},
        }
    write_json("shared-fixtures.json", golden)


def decompressed(path):
    """Brotli through Node.js, because Python's standard library has none."""
    program = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(process.argv[1])))"
    return subprocess.run(["node", "-e", program, str(path)], check=True, capture_output=True).stdout


def stand_in_for_mmengine():
    """The one class in the fixtures that is not installed; torch.load would look it up."""
    for name in ("mmengine", "mmengine.logging", "mmengine.logging.history_buffer"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["mmengine.logging.history_buffer"].HistoryBuffer = type("HistoryBuffer", (), {})


def plain_values():
    shared = [1, 2]
    cyclic = []
    cyclic.append(cyclic)
    return {
        "constants": [None, True, False],
        "small integers": [0, 1, 255, 256, 65535, 65536, -1, -128, 2**31 - 1, -(2**31)],
        "large integers": [2**31, -(2**31) - 1, 2**53 - 1, 2**53, -(2**53), 2**63, 2**64, -(2**100), 10**300],
        "floats": [0.0, -0.0, 1.5, -1e-300, 1e300, math.pi, math.inf, -math.inf, math.nan],
        "texts": ["", "a", "two\nlines", "back\\slash \\u0041", "quote'\"", "é ÿ", "\u4e2d \U0001f600", "x" * 300],
        "bytes": [b"", b"\x00\xff", bytes(range(256)), b"y" * 300],
        "bytearrays": [bytearray(), bytearray(b"\x00\x80\xff")],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((1,),))],
        "lists": [[], [1], [1, "a", None], [7] * 1001],
        "dictionaries": [{}, {"a": 1}, {1: "a", 2.5: "b", None: "c", (1, 2): "d"}],
        "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
        "sets": [set(), {1}, frozenset(), frozenset(["a"]), {(1, 2)}],
        "shared": [shared, shared, {"again": shared}],
        "cyclic": cyclic,
    }


def tagged(value, ancestors=()):
    """A value as JSON that keeps its type."""
    if any(value is ancestor for ancestor in ancestors):
        return {"cycle": True}
    inside = (*ancestors, value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"bigint": str(value)}
    if isinstance(value, float):
        if math.isfinite(value) and (value != 0 or math.copysign(1, value) > 0):
            return value
        return {"number": str(value)}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {"dictionary": [[tagged(k, inside), tagged(v, inside)] for k, v in value.items()]}
    kinds = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
    return {kinds[type(value)]: [tagged(item, inside) for item in value]}


def write_pickles():
    cases = []
    for name, value in plain_values().items():
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            content = base64.b64encode(pickle.dumps(value, protocol)).decode()
            cases.append({"name": name, "protocol": protocol, "pickle": content})
    expected = {name: tagged(value) for name, value in plain_values().items()}
    write_json("pickles.json", {"values": expected, "cases": cases})


def write_json(name, content):
    target = PACKAGE / "golden" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(content, indent=1) + "\n")


write_small()
write_pickles()
if SHARED.exists():
    write_shared()
