import { argmax, softmax, type Criterion } from '@msanet/core';
import type { SearchLoss, SearchPart } from '../smallest-perturbation/search.js';
import { gradientAt } from '../smallest-perturbation/search.js';
import { logProbabilityLoss } from './log-probability-loss.js';

/** What flickering descends: a margin of probabilities or of logits, or the cross-entropy of Wei et al. */
export type FlickeringLoss = 'margin' | 'logit-margin' | 'cross-entropy';

/** Gradient queries that a loss costs. */
export const flickeringQueries: Readonly<Record<FlickeringLoss, number>> = {
  margin: 2,
  'logit-margin': 1,
  'cross-entropy': 1,
};

/** A term of a gradient: `scale` times the gradient of a loss that the victim differentiates. */
export type PullBack = (gradient: Float32Array, scale: number) => void;

/** The class that counts for a criterion and its strongest rival. */
function rivals(
  scores: ArrayLike<number>,
  criterion: Criterion,
): { readonly chosen: number; readonly rival: number; readonly sign: 1 | -1 } {
  const targeted = criterion.kind === 'targeted';
  const chosen = targeted ? criterion.target : criterion.label;
  const others = Array.from(scores, (score, index) => (index === chosen ? -Infinity : score));
  return { chosen, rival: argmax(others), sign: targeted ? -1 : 1 };
}

/**
 * max(0, min(l² / m, l)), and its slope in l: linear far from success, quadratic near it, and nothing beyond the margin.
 *
 * Source: Pony et al., CVPR 2021, eq. 2.
 */
export function hingedSquare(l: number, m: number): { value: number; slope: number } {
  if (l <= 0) return { value: 0, slope: 0 };
  return l < m ? { value: (l * l) / m, slope: (2 * l) / m } : { value: l, slope: 1 };
}

/**
 * Asks for a loss of flickering at a clip, and passes on the terms of its gradient.
 *
 * - `margin`: l = p_label − max over others of p + m, or with a target l = max over others of p − p_target + m. With p_c and
 *   p_j the probabilities of the class and of its rival, C the cross-entropy and M the margin of logits as attacks ascend
 *   them, ∇l = −(p_c − p_j) · ∇C − p_j · ∇M. Two gradient queries.
 * - `logit-margin`: the same of logits, with log(1 + m / p) for m, where p is the probability that is to rise; it is taken
 *   as a constant in the gradient. One gradient query.
 * - `cross-entropy`: `logProbabilityLoss`. One gradient query.
 *
 * @returns value of the loss
 */
export function* askFlickeringLoss(
  clip: Float32Array,
  criterion: Criterion,
  kind: FlickeringLoss,
  margin: number,
  pullBack: PullBack,
): SearchPart<number> {
  const asked: SearchLoss = { kind: kind === 'logit-margin' ? 'margin' : 'cross-entropy' };
  const { logits, gradient } = yield* gradientAt(clip, asked);
  if (kind === 'cross-entropy') {
    const { value, scale } = logProbabilityLoss(logits, criterion);
    pullBack(gradient, scale);
    return value;
  }
  const probabilities = softmax(logits);
  const { chosen, rival, sign } = rivals(logits, criterion);
  if (kind === 'logit-margin') {
    const rising = sign === 1 ? rival : chosen;
    const threshold = Math.log1p(margin / (probabilities[rising] + 1e-5));
    const l = sign * (logits[chosen] - logits[rival]) + threshold;
    const { value, slope } = hingedSquare(l, threshold);
    pullBack(gradient, -slope);
    return value;
  }
  const lead = probabilities[chosen] - probabilities[rival];
  const { value, slope } = hingedSquare(sign * lead + margin, margin);
  pullBack(gradient, -slope * lead);
  const rivalry = yield* gradientAt(clip, { kind: 'margin' });
  pullBack(rivalry.gradient, -slope * probabilities[rival]);
  return value;
}
