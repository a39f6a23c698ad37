import {
  argmax,
  clipAt,
  clipBatch,
  logitsOf,
  selectClips,
  type ClipBatch,
  type ClipSize,
} from '@msanet/core';
import { linearVictim, randomClips, type LinearVictim } from '@msanet/testkit';

const size: ClipSize = { frames: 2, height: 3, width: 4 };
const length = 72;

/** A decision boundary of one clip: the zeros of gap + ⟨slope, p − x⟩. */
export interface Boundary {
  readonly target: number;
  /** z_target − z_label at the clip, below 0. */
  readonly gap: number;
  readonly slope: Float64Array;
}

/** An affine victim with clips: the smallest perturbations have closed forms. */
export interface AffineScene {
  readonly victim: LinearVictim;
  readonly clips: ClipBatch;
  /** What the victim takes each clip for. */
  readonly labels: readonly number[];
  /** The boundaries between each clip's class and the others. */
  readonly boundaries: readonly (readonly Boundary[])[];
}

/**
 * A scene of four clips with levels between 80 and 175, so that [0, 1] is out of reach of small perturbations; of many, they
 * are those farthest from a boundary.
 */
export async function affineScene(classes: number): Promise<AffineScene> {
  const victim = linearVictim({ classes, size, seed: 11 });
  const random = randomClips(200, size, 12);
  const data = random.data.map((value) => Math.fround((80 + Math.floor(95 * value)) / 255));
  const all = clipBatch(data, random.shape);
  const logits = await victim.predict(all);
  const candidates = Array.from({ length: 200 }, (_, clip) => {
    const label = argmax(logitsOf(logits, clip));
    const boundaries = boundariesOf(victim, clipAt(all, clip), label);
    return { clip, label, boundaries, far: distance(boundaries, clipAt(all, clip), 'l2') };
  });
  const chosen = candidates.sort((a, b) => b.far - a.far).slice(0, 4);
  return {
    victim,
    clips: selectClips(
      all,
      chosen.map(({ clip }) => clip),
    ),
    labels: chosen.map(({ label }) => label),
    boundaries: chosen.map(({ boundaries }) => boundaries),
  };
}

function boundariesOf(victim: LinearVictim, clip: Float32Array, label: number): Boundary[] {
  return victim.labels.flatMap((_, target) => {
    if (target === label) return [];
    const slope = Float64Array.from(
      { length },
      (_, at) => victim.weights[target * length + at] - victim.weights[label * length + at],
    );
    const offset = victim.bias[target] - victim.bias[label];
    return [
      { target, gap: slope.reduce((sum, w, at) => sum + w * (clip[at] - 0.5), offset), slope },
    ];
  });
}

/**
 * The distance from a clip to the nearest boundary, by a way inside [0, 1].
 *
 * In `linf` and `l2` it is |gap| / ‖slope‖_q, for these ways stay inside. In `l1` the steepest values go first, each as far
 * as it can, the last as far as it must.
 */
export function distance(
  near: readonly Boundary[],
  clean: Float32Array,
  norm: 'linf' | 'l2' | 'l1',
): number {
  const lengths = near.map(({ gap, slope }) => {
    const magnitudes = slope.map(Math.abs);
    if (norm === 'l2') return -gap / Math.hypot(...slope);
    if (norm === 'linf') return -gap / magnitudes.reduce((a, b) => a + b);
    let [left, sum] = [-gap, 0];
    const order = Array.from(slope.keys()).sort((a, b) => magnitudes[b] - magnitudes[a]);
    for (const at of order) {
      const room = slope[at] > 0 ? 1 - clean[at] : clean[at];
      const step = Math.min(room, left / magnitudes[at]);
      left -= step * magnitudes[at];
      sum += step;
    }
    return sum;
  });
  return Math.min(...lengths);
}

/** The fewest pixels that can reach a boundary inside [0, 1]: those with most to gain first. */
export function fewestPixels(near: readonly Boundary[], clean: Float32Array): number {
  const area = size.height * size.width;
  const counts = near.map(({ gap, slope }) => {
    const gains = new Float64Array(size.frames * area);
    slope.forEach((w, at) => {
      const pixel = Math.floor(at / (3 * area)) * area + (at % area);
      gains[pixel] += w > 0 ? w * (1 - clean[at]) : -w * clean[at];
    });
    let sum = gap;
    const order = gains.sort().reverse();
    return order.findIndex((gain) => (sum += gain) > 0) + 1;
  });
  return Math.min(...counts);
}

/** The norm of a perturbation. */
export function norm(
  clip: Float32Array,
  clean: Float32Array,
  which: 'linf' | 'l2' | 'l1' | 'l0',
): number {
  const changes = Array.from(clip, (value, at) => Math.abs(value - clean[at]));
  if (which === 'linf') return Math.max(...changes);
  if (which === 'l2') return Math.hypot(...changes);
  if (which === 'l1') return changes.reduce((a, b) => a + b);
  const area = size.height * size.width;
  return new Set(
    changes.flatMap((change, at) =>
      change > 0 ? [Math.floor(at / (3 * area)) * area + (at % area)] : [],
    ),
  ).size;
}
