import { clipSize, type ClipBatch } from '@msanet/core';

/** How large the perturbation of one clip is. */
export interface PerturbationSize {
  /** Largest change of a value, in [0, 1]. */
  readonly linf: number;
  /** The same in 8-bit levels. */
  readonly linfLevels: number;
  /** Euclidean norm over the clip, on values in [0, 1]. */
  readonly l2: number;
  /** Mean absolute change on the 0–255 scale. */
  readonly meanAbsolute: number;
  /** Peak signal-to-noise ratio over the clip in dB; `null` when nothing changed. */
  readonly psnr: number | null;
  /** Share of pixels with any change, 0 … 1. */
  readonly pixelShare: number;
  /** Share of frames with any change, 0 … 1. */
  readonly frameShare: number;
}

/** Measures the difference of two clips of shape (1, frames, 3, height, width). */
export function perturbationSize(clean: ClipBatch, adversarial: ClipBatch): PerturbationSize {
  const { frames, height, width } = clipSize(clean);
  const area = height * width;
  const touched = new Uint8Array(frames * area);
  let linf = 0;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < clean.data.length; index++) {
    const change = Math.abs(adversarial.data[index] - clean.data[index]);
    if (change === 0) continue;
    linf = Math.max(linf, change);
    sum += change;
    squares += change * change;
    touched[Math.floor(index / (3 * area)) * area + (index % area)] = 1;
  }
  const frameTouched = Array.from({ length: frames }, (_, frame) =>
    touched.subarray(frame * area, (frame + 1) * area).includes(1),
  );
  const length = clean.data.length;
  return {
    linf,
    linfLevels: Math.round(linf * 255),
    l2: Math.sqrt(squares),
    meanAbsolute: (255 * sum) / length,
    psnr: squares === 0 ? null : -10 * Math.log10(squares / length),
    pixelShare: touched.reduce((count, flag) => count + flag, 0) / touched.length,
    frameShare: frameTouched.filter(Boolean).length / frames,
  };
}
