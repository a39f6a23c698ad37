"""Writes what NumPy says about .npy files and half-precision numbers.

Usage: python3 tools/golden/tensor/make-golden.py   (NumPy 1.24), then prettier on the file it wrote

- npy: the bytes of numpy.save for small arrays of every element type and rank, with their elements.
- half: the SHA-256 of the float32 values of all 65,536 half-precision patterns (NaN written as 7fc00000), and of the
  half-precision patterns of a list of float32 patterns that lie on, and next to, every rounding boundary.
The tests of the tensor package compare with them; they need no Python.
"""

import base64
import hashlib
import io
import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parents[3] / "packages/tensor/tests/golden/numpy.json"


def saved(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npy_case(dtype, shape):
    size = int(np.prod(shape, dtype=np.int64))
    values = np.arange(size) % 2 if dtype == "bool" else np.arange(size) - (2 if dtype[0] in "if" else 0)
    array = values.astype(dtype).reshape(shape)
    return {
        "dtype": dtype,
        "shape": list(shape),
        "elements": base64.b64encode(array.tobytes()).decode(),
        "file": base64.b64encode(saved(array)).decode(),
    }


dtypes = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]
npy = [npy_case(dtype, (2, 3)) for dtype in dtypes]
npy += [npy_case("float32", shape) for shape in [(), (4,), (0,), (3, 0, 2), (1, 2, 3, 2, 2)]]
# A header that ends exactly on a 64-byte boundary, where NumPy adds another 64 bytes.
npy += [npy_case("uint8", (1,) * rank) for rank in range(1, 24)]
refused = {
    "big endian": saved(np.arange(3, dtype=">f4")),
    "Fortran order": saved(np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3))),
    "complex": saved(np.zeros(2, dtype="complex64")),
    "structured": saved(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])),
    "text": saved(np.array(["a", "bc"])),
}

patterns = np.arange(65536, dtype=np.uint16)
widened = patterns.view(np.float16).astype(np.float32)
widened_bits = np.where(np.isnan(widened), np.uint32(0x7FC00000), widened.view(np.uint32)).astype("<u4")
# Midpoints between neighbouring halves are exact in float32; step one float32 unit to either side of each.
finite = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float64)
following = np.append(finite[1:], 65536.0)
middles = ((finite + following) / 2).astype(np.float32).view(np.uint32)
boundary = np.concatenate([finite.astype(np.float32).view(np.uint32), middles - 1, middles, middles + 1])
boundary = np.concatenate([boundary, boundary | np.uint32(0x80000000)])
with np.errstate(over="ignore"):
    narrowed = boundary.view(np.float32).astype(np.float16).view(np.uint16).astype("<u2")

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(
    json.dumps(
        {
            "npy": npy,
            "refused": {name: base64.b64encode(file).decode() for name, file in refused.items()},
            "half": {
                "widened": hashlib.sha256(widened_bits.tobytes()).hexdigest(),
                "boundaryPatterns": hashlib.sha256(boundary.astype("<u4").tobytes()).hexdigest(),
                "narrowed": hashlib.sha256(narrowed.tobytes()).hexdigest(),
            },
        },
        indent=1,
    )
    + "\n"
)
