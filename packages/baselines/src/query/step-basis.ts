import type { ClipSize } from '@msanet/core';
import { frameGroups } from './query-options.js';

/** Orthogonal vectors along which a clip is changed, each of norm 1 in every frame that it changes. */
export interface StepBasis {
  /** How many vectors there are. */
  readonly count: number;
  /** Adds a multiple of one of them to a clip of shape (frames, 3, height, width), in place. */
  add(values: Float32Array, vector: number, amount: number): void;
}

/** One value of one channel, in all frames or in a frame of its own. */
export function pixelBasis(
  { frames, height, width }: ClipSize,
  time: 'shared' | 'frame',
): StepBasis {
  const length = 3 * height * width;
  const groups = frameGroups(frames, time);
  return {
    count: groups.length * length,
    add(values, vector, amount) {
      for (const frame of groups[Math.floor(vector / length)]) {
        values[frame * length + (vector % length)] += amount;
      }
    },
  };
}

/**
 * One low frequency of the two-dimensional discrete cosine transform of one channel, in all frames or in a frame of its own.
 *
 * @param share of the frequencies along each axis, from the lowest; at least one
 */
export function cosineBasis(
  { frames, height, width }: ClipSize,
  time: 'shared' | 'frame',
  share: number,
): StepBasis {
  const down = cosines(height, share);
  const across = cosines(width, share);
  const groups = frameGroups(frames, time);
  const perChannel = down.length * across.length;
  return {
    count: groups.length * 3 * perChannel,
    add(values, vector, amount) {
      const channel = Math.floor(vector / perChannel) % 3;
      const rows = down[Math.floor((vector % perChannel) / across.length)];
      const columns = across[vector % across.length];
      for (const frame of groups[Math.floor(vector / (3 * perChannel))]) {
        const first = (3 * frame + channel) * height * width;
        for (let row = 0; row < height; row++) {
          const factor = amount * rows[row];
          const start = first + row * width;
          for (let column = 0; column < width; column++) {
            values[start + column] += factor * columns[column];
          }
        }
      }
    },
  };
}

/** The lowest vectors of the orthonormal DCT-II: α_k · cos(π (2i + 1) k / 2n), α_0 = √(1 / n), else √(2 / n). */
function cosines(length: number, share: number): Float64Array[] {
  return Array.from({ length: Math.max(1, Math.round(share * length)) }, (_, frequency) =>
    Float64Array.from(
      { length },
      (__, at) =>
        Math.sqrt((frequency === 0 ? 1 : 2) / length) *
        Math.cos((Math.PI * (2 * at + 1) * frequency) / (2 * length)),
    ),
  );
}
