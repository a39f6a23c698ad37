import type { Budget } from './budget.js';
import type { ClipSize } from './clip.js';

/**
 * Moves a clip to the nearest one inside the budget around `clean` and inside [0, 1], in place.
 *
 * The projection onto the ball is exact; clipping to [0, 1] afterwards never leaves it, because `clean` lies in [0, 1].
 *
 * - `linf`: argmin ‖p − c‖₂ over |p − x| ≤ ε: clamping.
 * - `l2`: argmin over ‖p − x‖₂ ≤ ε: scaling the perturbation.
 * - `l1`: argmin over ‖p − x‖₁ ≤ ε: soft thresholding (Duchi et al., ICML 2008).
 * - `l0`: keeps the pixels with the largest perturbation.
 * - `frames`: clamps, then keeps the frames with the largest perturbation.
 *
 * @param clip candidate, shape (frames, 3, height, width), changed in place
 * @param clean the unperturbed clip, same shape
 */
export function project(
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
): void {
  switch (budget.norm) {
    case 'linf':
      clampAround(clip, clean, budget.epsilon);
      return;
    case 'l2':
      scaleInto(clip, clean, budget.epsilon);
      break;
    case 'l1':
      shrinkInto(clip, clean, budget.epsilon);
      break;
    case 'l0':
      keepLargestPixels(clip, clean, budget.pixels, size);
      break;
    case 'frames':
      clampAround(clip, clean, budget.epsilon);
      keepLargestFrames(clip, clean, budget.frames, size);
      return;
  }
  for (let index = 0; index < clip.length; index++) {
    clip[index] = Math.min(1, Math.max(0, clip[index]));
  }
}

function clampAround(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  for (let index = 0; index < clip.length; index++) {
    const low = Math.max(0, clean[index] - epsilon);
    const high = Math.min(1, clean[index] + epsilon);
    clip[index] = Math.min(high, Math.max(low, clip[index]));
  }
}

function scaleInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  let squares = 0;
  for (let index = 0; index < clip.length; index++) squares += (clip[index] - clean[index]) ** 2;
  const norm = Math.sqrt(squares);
  if (norm <= epsilon) return;
  const scale = epsilon / norm;
  for (let index = 0; index < clip.length; index++) {
    clip[index] = clean[index] + scale * (clip[index] - clean[index]);
  }
}

/** The threshold θ of Duchi et al., found by sorting, makes Σ max(|δ| − θ, 0) = ε. */
function shrinkInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  const magnitudes = new Float64Array(clip.length);
  let total = 0;
  for (let index = 0; index < clip.length; index++) {
    magnitudes[index] = Math.abs(clip[index] - clean[index]);
    total += magnitudes[index];
  }
  if (total <= epsilon) return;
  magnitudes.sort();
  let threshold = 0;
  let sum = 0;
  for (let count = 1; count <= magnitudes.length; count++) {
    const magnitude = magnitudes[magnitudes.length - count];
    sum += magnitude;
    const candidate = (sum - epsilon) / count;
    if (candidate >= magnitude) break;
    threshold = candidate;
  }
  for (let index = 0; index < clip.length; index++) {
    const delta = clip[index] - clean[index];
    clip[index] = clean[index] + Math.sign(delta) * Math.max(Math.abs(delta) - threshold, 0);
  }
}

function keepLargestPixels(
  clip: Float32Array,
  clean: Float32Array,
  pixels: number,
  size: ClipSize,
): void {
  const area = size.height * size.width;
  const changes = pixelChanges(clip, clean, size);
  const kept = largest(changes, pixels);
  for (let pixel = 0; pixel < changes.length; pixel++) {
    if (kept.has(pixel)) continue;
    const first = Math.floor(pixel / area) * 3 * area + (pixel % area);
    for (let channel = 0; channel < 3; channel++) {
      clip[first + channel * area] = clean[first + channel * area];
    }
  }
}

function keepLargestFrames(
  clip: Float32Array,
  clean: Float32Array,
  frames: number,
  size: ClipSize,
): void {
  const length = 3 * size.height * size.width;
  const changes = new Float64Array(size.frames);
  for (let index = 0; index < clip.length; index++) {
    changes[Math.floor(index / length)] += (clip[index] - clean[index]) ** 2;
  }
  const kept = largest(changes, frames);
  for (let frame = 0; frame < size.frames; frame++) {
    if (kept.has(frame)) continue;
    const start = frame * length;
    clip.set(clean.subarray(start, start + length), start);
  }
}

/** Squared perturbation of each pixel over its channels, shape (frames · height · width). */
function pixelChanges(clip: Float32Array, clean: Float32Array, size: ClipSize): Float64Array {
  const area = size.height * size.width;
  const changes = new Float64Array(size.frames * area);
  for (let index = 0; index < clip.length; index++) {
    const frame = Math.floor(index / (3 * area));
    changes[frame * area + (index % area)] += (clip[index] - clean[index]) ** 2;
  }
  return changes;
}

/** Indices of the `count` largest positive values; the first of equals. */
function largest(values: Float64Array, count: number): Set<number> {
  const changed = Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => values[index] > 0,
  );
  changed.sort((a, b) => values[b] - values[a] || a - b);
  return new Set(changed.slice(0, count));
}
