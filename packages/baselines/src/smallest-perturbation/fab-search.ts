import { argmax } from '@msanet/core';
import type { Random } from '@msanet/tensor';
import { stepToHyperplane } from './hyperplane-projection.js';
import { dualNormOf, normOf, type DualNorm } from './perturbation-size.js';
import {
  gradientAt,
  judgementAt,
  type Answer,
  type SearchPart,
  type SearchSubject,
} from './search.js';

/** How FAB proceeds from one start. */
export interface FabOptions {
  readonly steps: number;
  /** η: how far beyond the hyperplane it goes. */
  readonly overshoot: number;
  /** α_max: the largest weight of the clean clip. */
  readonly bias: number;
  /** β: how much of an adversarial perturbation is kept for the next step. */
  readonly backward: number;
  /** Whether points are rounded before the victim sees them. */
  readonly rounded: boolean;
}

/** An adversarial version that a search met. */
export interface FabFind {
  /** As the victim saw it. */
  readonly clip: Float32Array;
  readonly logits: Float32Array;
  /** Norm of its perturbation. */
  readonly size: number;
}

/** A linearised decision boundary: the p with value + ⟨normal, p − q⟩ = 0, q the point that the victim saw. */
interface Hyperplane {
  readonly value: number;
  readonly normal: Float32Array;
  readonly seen: Float32Array;
}

/**
 * One start of FAB (Croce & Hein, ICML 2020, algorithm 1).
 *
 * Each step linearises the nearest boundary π at the present point p, takes the shortest steps d from p and d_x from the clean
 * clip x to π inside [0, 1], and goes to clip((1 − α) · (p + η · d) + α · (x + η · d_x)) with
 * α = min(‖d‖ / (‖d‖ + ‖d_x‖), α_max). From an adversarial point it goes back to x + β · (p − x).
 *
 * Where points are rounded, a step may be too small to show. So every further failure in a row doubles the steps, until one
 * succeeds; in float, where it is the paper's algorithm, nothing does.
 *
 * @param start first p
 * @param targets the classes whose boundaries with the clip's own are looked at
 * @param best what earlier starts found
 * @returns the smallest adversarial version met, or `best`
 */
export function* fabFrom(
  { clean, criterion, norm }: SearchSubject,
  start: Float32Array,
  targets: readonly number[],
  { steps, overshoot, bias, backward, rounded }: FabOptions,
  best: FabFind | undefined,
): SearchPart<FabFind | undefined> {
  const ball = norm as DualNorm;
  const point = start.slice();
  const change = new Float32Array(clean.length);
  let smallest = best;
  let failures = 0;
  for (let step = 0; step < steps; step++) {
    const plane = yield* nearestPlane(point, criterion.label, targets, ball);
    if (plane === undefined) break;
    const { seen, normal, value } = plane;
    const ahead = stepToHyperplane(seen, normal, value, ball);
    const back = stepToHyperplane(clean, normal, value + gapTo(clean, seen, normal), ball);
    const [near, far] = [normOf(ahead, ball), normOf(back, ball)];
    const weight = near + far === 0 ? 0 : Math.min(near / (near + far), bias);
    const stretch = rounded && failures > 1 ? overshoot * 2 ** (failures - 1) : overshoot;
    for (let index = 0; index < point.length; index++) {
      const onward = point[index] + stretch * ahead[index];
      const anew = clean[index] + stretch * back[index];
      const value = (1 - weight) * onward + weight * anew;
      point[index] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
    const answer = yield* judgementAt(point);
    failures = answer.adversarial ? 0 : failures + 1;
    if (!answer.adversarial) continue;
    for (let index = 0; index < point.length; index++) {
      change[index] = answer.clip[index] - clean[index];
      point[index] = clean[index] + backward * (point[index] - clean[index]);
    }
    const size = normOf(change, ball);
    if (smallest === undefined || size < smallest.size) smallest = findFrom(answer, size);
  }
  return smallest;
}

function findFrom({ clip, logits }: Answer, size: number): FabFind {
  return { clip: clip.slice(), logits: logits.slice(), size };
}

/** ⟨normal, to − from⟩. */
function gapTo(to: Float32Array, from: Float32Array, normal: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < to.length; index++) sum += normal[index] * (to[index] - from[index]);
  return sum;
}

/** The hyperplane of the smallest |z_target − z_label| / ‖∇(z_target − z_label)‖_q; undefined where all slopes are 0. */
function* nearestPlane(
  point: Float32Array,
  label: number,
  targets: readonly number[],
  norm: DualNorm,
): SearchPart<Hyperplane | undefined> {
  let nearest: Hyperplane | undefined;
  let shortest = Infinity;
  for (const target of targets) {
    const { clip, loss, gradient } = yield* gradientAt(point, {
      kind: 'logit-difference',
      label,
      target,
    });
    const length = dualNormOf(gradient, norm);
    if (length === 0 || Math.abs(loss) / length >= shortest) continue;
    shortest = Math.abs(loss) / length;
    nearest = { value: loss, normal: gradient.slice(), seen: clip.slice() };
  }
  return nearest;
}

/**
 * A random start: half as far from the clean clip as the best version so far, or as the budget where there is none.
 *
 * Source: the restarts of the authors' code; in `linf` uniform and scaled to the largest value, else normal and scaled.
 */
export function randomFabStart(
  { clean, norm, bound }: SearchSubject,
  random: Random,
  best: FabFind | undefined,
): Float32Array {
  const offset = new Float32Array(clean.length);
  if (norm === 'linf') random.fillUniform(offset, -1, 1);
  else random.fillNormal(offset);
  const scale = Math.min(best?.size ?? Infinity, bound) / 2 / normOf(offset, norm as DualNorm);
  return offset.map((value, index) => Math.min(1, Math.max(0, clean[index] + scale * value)));
}

/**
 * The final search of FAB: linear interpolation of z_label − z_other between the clean clip and an adversarial one says where
 * the boundary lies; each forward query moves one of the two ends there.
 *
 * @param cleanLogits those of the clean clip
 */
export function* finalSearch(
  { clean, criterion }: SearchSubject,
  cleanLogits: Float32Array,
  found: FabFind,
  steps: number,
): SearchPart<void> {
  const { label } = criterion;
  const inner = { clip: clean.slice(), logits: cleanLogits };
  const outer = { clip: found.clip.slice(), logits: found.logits };
  const between = new Float32Array(clean.length);
  for (let step = 0; step < steps; step++) {
    const other = argmax(outer.logits);
    const lead = inner.logits[label] - inner.logits[other];
    const deficit = outer.logits[other] - outer.logits[label];
    const share = lead / (lead + deficit);
    const cut = share >= 0 && share <= 1 ? share : 1;
    for (let index = 0; index < between.length; index++) {
      between[index] = inner.clip[index] + cut * (outer.clip[index] - inner.clip[index]);
    }
    const { adversarial, clip, logits } = yield* judgementAt(between);
    const end = adversarial ? outer : inner;
    end.clip.set(clip);
    end.logits = logits.slice();
  }
}
