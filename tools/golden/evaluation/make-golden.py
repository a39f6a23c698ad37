"""Writes what scikit-image and PyTorch say about the similarity of small clips.

Usage: /usr/bin/python3 tools/golden/evaluation/make-golden.py   (scikit-image 0.19, torch 1.13), then prettier on the file
it wrote

- psnr, psnrPerFrame, ssim: skimage.metrics on the clips of `clips`, the last two averaged over frames (and channels).
- msSsim: multi-scale SSIM (Wang 2003) written here with torch's convolutions, two-dimensional window, float64.
The clips are made by integer arithmetic that tests/metrics/seeded-clips.ts repeats; no picture is stored.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

TARGET = Path(__file__).resolve().parents[3] / "packages/evaluation/tests/metrics/golden/similarity.json"
WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def noise(seed, count):
    """The upper 16 bits of a linear congruential generator modulo 2^32."""
    values = np.empty(count, dtype=np.int64)
    state = seed
    for index in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values[index] = state >> 16
    return values


def clips(seed, frames, height, width, strength):
    """A textured clip in motion and the same clip with noise of at most `strength` levels, both in [0, 1]."""
    t, c, y, x = np.meshgrid(*[np.arange(n) for n in (frames, 3, height, width)], indexing="ij")
    texture = 70 + 35 * (((x + 2 * t) // 8 + y // 8 + c) % 4) + (5 * x + 3 * y + 11 * c) % 23
    count = texture.size
    clean = texture + noise(seed, count).reshape(texture.shape) % 16
    change = noise(seed + 1, count).reshape(texture.shape) % (2 * strength + 1) - strength
    adversarial = np.clip(clean + change, 0, 255)
    return [(levels.astype(np.float32) / np.float32(255)).astype(np.float64) for levels in (clean, adversarial)]


def planes_mean(function, clean, adversarial):
    return float(np.mean([function(a, b) for a, b in zip(clean.reshape(-1, *clean.shape[2:]), adversarial.reshape(-1, *clean.shape[2:]))]))


def ssim(a, b):
    return structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1.0)


def psnr(a, b):
    return peak_signal_noise_ratio(a, b, data_range=1.0)


def ms_ssim(clean, adversarial):
    offsets = torch.arange(11, dtype=torch.float64) - 5
    line = torch.exp(-(offsets**2) / (2 * 1.5**2))
    window = torch.outer(line, line)
    window = (window / window.sum()).reshape(1, 1, 11, 11)
    x, y = (torch.from_numpy(clip).reshape(-1, 1, *clip.shape[2:]) for clip in (clean, adversarial))
    factors = []
    while len(factors) < 5 and min(x.shape[2:]) >= 11:
        mx, my = F.conv2d(x, window), F.conv2d(y, window)
        vx, vy = F.conv2d(x * x, window) - mx**2, F.conv2d(y * y, window) - my**2
        cov = F.conv2d(x * y, window) - mx * my
        structure = (2 * cov + 0.03**2) / (vx + vy + 0.03**2)
        luminance = (2 * mx * my + 0.01**2) / (mx**2 + my**2 + 0.01**2)
        factors.append((structure.mean((1, 2, 3)), (luminance * structure).mean((1, 2, 3))))
        x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
    used = np.array(WEIGHTS[: len(factors)]) / sum(WEIGHTS[: len(factors)])
    product = torch.ones_like(factors[0][0])
    for scale, (structure, similarity) in enumerate(factors):
        factor = similarity if scale == len(factors) - 1 else structure
        product = product * factor.clamp(min=0) ** used[scale]
    return float(product.mean()), len(factors)


cases = []
for seed, frames, height, width, strength in [
    (1, 1, 11, 13, 4),
    (2, 3, 40, 47, 12),
    (3, 2, 64, 64, 2),
    (4, 1, 176, 181, 40),
    (5, 1, 183, 201, 100),
]:
    clean, adversarial = clips(seed, frames, height, width, strength)
    value, scales = ms_ssim(clean, adversarial)
    cases.append(
        {
            "seed": seed,
            "frames": frames,
            "height": height,
            "width": width,
            "strength": strength,
            "psnr": psnr(clean, adversarial),
            "psnrPerFrame": float(np.mean([psnr(a, b) for a, b in zip(clean, adversarial)])),
            "ssim": planes_mean(ssim, clean, adversarial),
            "msSsim": value,
            "scales": scales,
        }
    )

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(cases, indent=2) + "\n")
