import { describe, expect, it } from 'vitest';
import type { Loss } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { lossAtLogits } from '@msanet/testkit';

const logits = [2, -1, 0.5, 3, 1];

/** log Σ exp z of the logits above, as PyTorch computes it in float64. */
const logSumExp = 3.472260681387;

describe('losses at logits (2, −1, ½, 3, 1)', () => {
  it.each<[string, Loss, number]>([
    ['cross-entropy', { kind: 'cross-entropy', labels: [2] }, logSumExp - 0.5],
    ['its targeted form', { kind: 'targeted-cross-entropy', targets: [2] }, 0.5 - logSumExp],
    ['margin of the first choice', { kind: 'margin', labels: [3] }, 2 - 3],
    ['margin of another class', { kind: 'margin', labels: [0] }, 3 - 2],
    ['margin, capped', { kind: 'margin', labels: [0], confidence: 0.25 }, 0.25],
    ['margin below its cap', { kind: 'margin', labels: [3], confidence: 0.25 }, -1],
    ['targeted margin', { kind: 'targeted-margin', targets: [0] }, 2 - 3],
    ['targeted margin, capped', { kind: 'targeted-margin', targets: [3], confidence: 0 }, 0],
    ['DLR of the first choice', { kind: 'dlr', labels: [3] }, -(3 - 2) / (3 - 1)],
    ['DLR of another class', { kind: 'dlr', labels: [1] }, -(-1 - 3) / (3 - 1)],
    [
      'targeted DLR',
      { kind: 'targeted-dlr', labels: [3], targets: [2] },
      -(3 - 0.5) / (3 - (1 + 0.5) / 2),
    ],
    ['logit difference', { kind: 'logit-difference', labels: [3], targets: [2] }, 0.5 - 3],
  ])('%s', (_, loss, expected) => {
    expect(lossAtLogits(logits, loss, 0).loss).toBeCloseTo(expected, 9);
  });

  it('stays finite where every logit is equal', () => {
    const { loss, gradient } = lossAtLogits([1, 1, 1, 1], { kind: 'dlr', labels: [0] }, 0);
    expect(Math.abs(loss)).toBe(0);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('gradients at logits', () => {
  const random = new Random(3);
  const cases: Loss[] = [
    { kind: 'cross-entropy', labels: [1] },
    { kind: 'margin', labels: [2] },
    { kind: 'margin', labels: [2], confidence: 100 },
    { kind: 'margin', labels: [2], confidence: -100 },
    { kind: 'dlr', labels: [0] },
    { kind: 'targeted-cross-entropy', targets: [4] },
    { kind: 'targeted-margin', targets: [3] },
    { kind: 'targeted-dlr', labels: [1], targets: [2] },
    { kind: 'logit-difference', labels: [1], targets: [2] },
  ];

  it.each(cases)('of %j are the central differences', (loss) => {
    for (let round = 0; round < 20; round++) {
      const at = random.fillNormal(new Float64Array(6), 0, 2);
      const { gradient } = lossAtLogits(at, loss, 0);
      const step = 1e-6;
      const moved = (index: number, by: number): number =>
        lossAtLogits(at.with(index, at[index] + by), loss, 0).loss;
      const measured = at.map(
        (_, index) => (moved(index, step) - moved(index, -step)) / (2 * step),
      );
      const worst = Math.max(...gradient.map((value, index) => Math.abs(value - measured[index])));
      expect(worst, `logits ${at.join(', ')}`).toBeLessThan(
        1e-7 * Math.max(1, ...gradient.map(Math.abs)),
      );
    }
  });
});
