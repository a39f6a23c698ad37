import { describe, expect, it } from 'vitest';
import { demoVictims } from '../../src/demo-victims/demo-victims.js';
import { lossCurve } from '../../src/demo-victims/loss-curve.js';
import { modelCard } from '../../src/demo-victims/model-card.js';
import { epochsOf } from '../../src/demo-victims/training-log.js';

const log = [
  { kind: 'step', epoch: 1, step: 1, loss: 3, seconds: 1 },
  { kind: 'epoch', epoch: 1, loss: 2.5, accuracy: 0.25, seconds: 60 },
  { kind: 'epoch', epoch: 2, loss: 1.5, accuracy: 0.75, heldOut: 0.5, seconds: 120 },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

describe('epochsOf', () => {
  it('leaves out the steps', () => {
    expect(epochsOf(log).map(({ epoch, loss }) => [epoch, loss])).toEqual([
      [1, 2.5],
      [2, 1.5],
    ]);
  });
});

describe('lossCurve', () => {
  it('draws every epoch of the loss, and the held-out accuracy where it was judged', () => {
    const lines = [...lossCurve('Training', epochsOf(log)).matchAll(/points="([^"]*)"/g)];
    expect(lines.map(([, points]) => points.split(' ').length)).toEqual([2, 1, 2]);
    const [, , loss] = lines;
    const [first, second] = loss[1].split(' ').map((point) => Number(point.split(',')[1]));
    expect(first).toBeLessThan(second);
  });
});

describe('modelCard', () => {
  const card = modelCard({
    victim: demoVictims[0],
    epochs: epochsOf(log),
    size: 2_500_000,
    seed: 1,
    judgement: {
      clips: 4,
      accuracy: 0.75,
      shuffledAccuracy: 0.25,
      backwards: { clips: 2, turned: 0.5 },
      classes: ['SitDown', 'StandUp'],
      confusion: [
        [2, 0],
        [1, 1],
      ],
    },
  });

  it('tells what was measured, and the command that measures it', () => {
    expect(card).toContain('| accuracy | 75.0 % of 4 clips |');
    expect(card).toContain('| 25.0 % |');
    expect(card).toContain('| 50.0 % of 2 |');
    expect(card).toMatch(/msanet train --victim tsm .*--evaluate packages\/victim-tsm\/weights/);
  });

  it('shows the confusion matrix by class', () => {
    expect(card).toContain('| 1 SitDown | 2 |  |');
    expect(card).toContain('| 2 StandUp | 1 | 1 |');
  });
});
