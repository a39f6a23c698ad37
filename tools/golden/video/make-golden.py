"""Golden values for packages/video: bilinear scaling by PyTorch and by PIL.

Run with a Python that has torch >= 1.11, numpy and PIL (Debian: python3-torch, python3-pil):

    python3 tools/golden/video/make-golden.py packages/video/tests/golden

Writes one 8-bit clip of noise and smooth shapes, and what both libraries make of it at several sizes.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

SIZES = [(7, 9), (13, 17), (20, 40), (26, 34), (5, 30), (1, 1)]


def source() -> np.ndarray:
    """A clip of 2 frames of 13x17 pixels, (frames, 3, height, width), uint8."""
    generator = np.random.default_rng(20240229)
    rows, columns = np.mgrid[0:13, 0:17]
    frames = []
    for frame in range(2):
        planes = []
        for channel in range(3):
            smooth = 120 + 90 * np.sin(0.4 * rows + 0.3 * channel) * np.cos(0.5 * columns - frame)
            planes.append(smooth + generator.normal(0, 40, smooth.shape))
        frames.append(planes)
    return np.clip(np.round(np.array(frames)), 0, 255).astype(np.uint8)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    clip = source()
    np.save(folder / "source.npy", clip)
    values = torch.from_numpy(clip.astype(np.float32))
    for height, width in SIZES:
        for antialias in (True, False):
            scaled = torch.nn.functional.interpolate(
                values, (height, width), mode="bilinear", align_corners=False, antialias=antialias
            )
            kind = "antialias" if antialias else "plain"
            np.save(folder / f"torch-{kind}-{height}x{width}.npy", scaled.numpy())
        pictures = [Image.fromarray(frame.transpose(1, 2, 0)) for frame in clip]
        scaled = [np.asarray(p.resize((width, height), Image.BILINEAR)) for p in pictures]
        np.save(folder / f"pil-{height}x{width}.npy", np.stack(scaled).transpose(0, 3, 1, 2).copy())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
