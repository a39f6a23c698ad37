import { describe, expect, it } from 'vitest';
import { misclassification, targeted } from '@msanet/core';
import { lossAtLogits } from '@msanet/testkit';
import { scoreOf } from '../../src/query/score.js';

const logits = Float32Array.from([1.5, -0.25, 2.75, 0.5]);

describe('the score', () => {
  it.each([0, 1, 2, 3])('of label %d is the loss of core', (label) => {
    const labels = [label];
    for (const kind of ['margin', 'cross-entropy'] as const) {
      const { loss } = lossAtLogits(logits, { kind, labels }, 0);
      expect(scoreOf(logits, misclassification(label), kind)).toBeCloseTo(loss, 12);
    }
  });

  it.each([0, 1, 2, 3])('of target %d is the loss of core', (target) => {
    const criterion = targeted((target + 1) % 4, target);
    for (const kind of ['margin', 'cross-entropy'] as const) {
      const { loss } = lossAtLogits(logits, { kind: `targeted-${kind}`, targets: [target] }, 0);
      expect(scoreOf(logits, criterion, kind)).toBeCloseTo(loss, 12);
    }
  });

  it('resolves a probability that is almost 1, and one that is almost 0', () => {
    const sure = Float32Array.from([60, 0, 0]);
    expect(scoreOf(sure, misclassification(0), 'cross-entropy')).toBeCloseTo(2 * Math.exp(-60), 32);
    expect(scoreOf(sure, misclassification(1), 'cross-entropy')).toBeCloseTo(60, 12);
    expect(scoreOf(sure, targeted(0, 1), 'cross-entropy')).toBeCloseTo(-60, 12);
  });

  it('of flickering is linear far from the boundary, quadratic near it, and 0 beyond', () => {
    // Two classes of probabilities p and 1 − p.
    const at = (margin: number): number => {
      const odds = (1 + margin) / (1 - margin);
      return scoreOf(Float64Array.from([0, Math.log(odds)]), misclassification(0), 'flickering');
    };
    expect(at(-0.5)).toBeCloseTo(-0.55, 12);
    expect(at(0)).toBeCloseTo(-0.05, 12);
    expect(at(0.02)).toBeCloseTo(-(0.03 ** 2) / 0.05, 12);
    expect(at(0.05) + 0).toBeCloseTo(0, 12);
    expect(at(0.4)).toBe(0);
  });
});
