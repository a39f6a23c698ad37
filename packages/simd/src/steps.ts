import { forTiles, kernels } from './tiles.js';

/**
 * A step along the signs of a gradient, in place: clip ← clamp(clip + length · sign(gradient)) to
 * [clean − epsilon, clean + epsilon] and [0, 1], in float32. Where the gradient is 0, the value stays.
 *
 * @param clip values in any order, as long as the others
 */
export function signStep(
  clip: Float32Array,
  clean: Float32Array,
  gradient: Float32Array,
  length: number,
  epsilon: number,
): void {
  forTiles([clip, clean, gradient], (count) => kernels.signStep(count, length, epsilon), {
    tile: 0,
    to: clip,
  });
}

/** target ← target + scale · source, in float64, rounded to float32. */
export function addScaled(target: Float32Array, scale: number, source: Float32Array): void {
  forTiles([target, source], (count) => kernels.addScaled(count, scale), { tile: 0, to: target });
}

/** out ← left − right, in float32; `out` may be either. */
export function subtract(out: Float32Array, left: Float32Array, right: Float32Array): void {
  forTiles([left, right], kernels.subtract, { tile: 0, to: out });
}

/** out ← clamp(origin + scale · direction) to [0, 1], in float64, rounded to float32; `out` may be either. */
export function moveAlong(
  out: Float32Array,
  origin: Float32Array,
  scale: number,
  direction: Float32Array,
): void {
  forTiles([origin, direction], (count) => kernels.moveAlong(count, scale), { tile: 0, to: out });
}

/** clip ← clamp(clean + scale · (clip − clean)) to [0, 1], in float64, rounded to float32. */
export function scaleChange(clip: Float32Array, clean: Float32Array, scale: number): void {
  forTiles([clip, clean], (count) => kernels.scaleChange(count, scale), { tile: 0, to: clip });
}
