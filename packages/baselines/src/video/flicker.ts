import type { ClipSize } from '@msanet/core';

/** Where a flickering perturbation lies: one RGB offset per frame, shape (frames, 3), added to every pixel. */
export interface FlickerShape {
  readonly frames: number;
  /** Pixels of a frame. */
  readonly area: number;
}

/** The flickering perturbations of clips of that size. */
export function flickerShape({ frames, height, width }: ClipSize): FlickerShape {
  return { frames, area: height * width };
}

/** Writes clean + offsets, clamped to [0, 1], to `clip`. */
export function addFlicker(
  clip: Float32Array,
  clean: Float32Array,
  offsets: Float32Array,
  { area }: FlickerShape,
): void {
  for (let plane = 0; plane < offsets.length; plane++) {
    const offset = offsets[plane];
    for (let index = plane * area; index < (plane + 1) * area; index++) {
      const value = clean[index] + offset;
      clip[index] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
}

/**
 * Pulls a gradient on the clip back to the offsets: its sum over each plane, without the pixels that are clamped. Adds
 * `scale` times it to `out`.
 */
export function pullBackFlicker(
  gradient: Float32Array,
  clean: Float32Array,
  offsets: Float32Array,
  { area }: FlickerShape,
  scale: number,
  out: Float32Array,
): void {
  for (let plane = 0; plane < offsets.length; plane++) {
    let sum = 0;
    for (let index = plane * area; index < (plane + 1) * area; index++) {
      const value = clean[index] + offsets[plane];
      if (value >= 0 && value <= 1) sum += gradient[index];
    }
    out[plane] += scale * sum;
  }
}

/** β₁ and β₂ of the regulariser, with their common weight λ. */
export interface FlickerWeights {
  readonly weight: number;
  /** β₁, of the thickness. */
  readonly thickness: number;
  /** β₂, of the first and of the second difference. */
  readonly roughness: number;
}

/** The width of [−1, 1], the range that the regulariser's authors measure offsets in, over that of [0, 1]. */
const rangeWidth = 2;

/**
 * What keeps flicker from being seen (Pony et al., CVPR 2021, eq. 3 to 5), with d twice the offsets, for its authors count
 * in [−1, 1]:
 *
 * λ · (β₁ · mean d² + β₂ · mean (d_t − d_{t−1})² + β₂ · mean (d_{t+1} − 2 d_t + d_{t−1})²), differences cyclic in time.
 *
 * @param offsets shape (frames, 3)
 * @param gradient same shape; the gradient is added to it
 */
export function flickerRegularizer(
  offsets: Float32Array,
  { weight, thickness, roughness }: FlickerWeights,
  gradient?: Float32Array,
): number {
  const count = offsets.length;
  const at = (index: number): number => rangeWidth * offsets[(index + 2 * count) % count];
  const second = (index: number): number => at(index + 3) - 2 * at(index) + at(index - 3);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const first = at(index) - at(index - 3);
    sum += thickness * at(index) ** 2 + roughness * (first ** 2 + second(index) ** 2);
    if (gradient === undefined) continue;
    // d and its differences enter as squares; −second is the adjoint of the first difference applied to itself.
    const slope =
      thickness * at(index) +
      roughness * (second(index + 3) - 2 * second(index) + second(index - 3) - second(index));
    gradient[index] += ((2 * rangeWidth * weight) / count) * slope;
  }
  return (weight * sum) / count;
}
