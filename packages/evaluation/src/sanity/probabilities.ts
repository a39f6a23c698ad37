import type { Warning } from '../records/warning.js';

/** How far a sum of probabilities may be from 1 by rounding. */
const tolerance = 1e-4;

/**
 * Scores that look like the output of a Softmax: none below 0, and their sum is 1. Losses and margins of probabilities
 * saturate, so that attacks look weaker than they are.
 */
export function checkProbabilities(scores: Float32Array, victim: string): Warning | undefined {
  const sum = scores.reduce((total, score) => total + score, 0);
  if (scores.length < 2 || scores.some((score) => score < 0)) return undefined;
  if (Math.abs(sum - 1) > tolerance) return undefined;
  return {
    check: 'probabilities',
    message: `${victim} gives probabilities where logits are expected; export it without its Softmax.`,
  };
}
