import { describe, expect, it } from 'vitest';
import {
  clipBatch,
  emptyClips,
  misclassification,
  runAttack,
  targeted,
  type Budget,
} from '@msanet/core';
import { refusal } from './refusal.js';
import { attackThat, attacked } from './toy-attacks.js';
import { toyClips, toyVictim } from './toy-victim.js';

const budget: Budget = { norm: 'linf', epsilon: 8 / 255 };

describe('requests that cannot work', () => {
  const good = { label: 0 };
  it.each([
    [
      'an unknown label',
      'LABEL_UNKNOWN',
      { criteria: [misclassification(3), misclassification(0)] },
    ],
    ['an unknown target', 'LABEL_UNKNOWN', { criteria: [targeted(0, -1), targeted(0, 1)] }],
    ['too few criteria', 'OPTION_INVALID', { criteria: [misclassification(good.label)] }],
    ['a negative seed', 'OPTION_INVALID', { seed: -1 }],
    ['a broken seed', 'OPTION_INVALID', { seed: 0.5 }],
    ['a negative query limit', 'OPTION_INVALID', { queryLimit: -1 }],
    ['a broken query limit', 'OPTION_INVALID', { queryLimit: 1.5 }],
    ['a query limit that is no number', 'OPTION_INVALID', { queryLimit: NaN }],
    ['a budget beyond 1', 'BUDGET_INVALID', { budget: { norm: 'linf', epsilon: 8 } }],
    [
      'a clip of another size',
      'CLIP_INVALID',
      { clips: emptyClips(2, { frames: 3, height: 2, width: 3 }) },
    ],
    [
      'a clip of 0 … 255',
      'CLIP_INVALID',
      { clips: clipBatch(new Float32Array(72).fill(255), [2, 2, 3, 2, 3]) },
    ],
    [
      'an attack of another norm',
      'CAPABILITY_MISSING',
      { attack: attackThat(({ clips }) => clips, { norms: ['l2', 'l1'] }) },
    ],
    [
      'an attack that takes no target',
      'CAPABILITY_MISSING',
      {
        attack: attackThat(({ clips }) => clips, { criteria: ['misclassification'] }),
        criteria: [targeted(0, 1), targeted(0, 1)],
      },
    ],
    [
      'a gradient attack on a victim without gradients',
      'CAPABILITY_MISSING',
      {
        attack: attackThat(({ clips }) => clips, { inputGradient: true }),
        victim: toyVictim({ supports: { inputGradient: false, deterministic: true } }),
      },
    ],
  ] as const)('%s', async (_, code, request) => {
    const victim = 'victim' in request ? request.victim : toyVictim();
    const criteria = [misclassification(0), misclassification(0)];
    const error = await refusal(() =>
      runAttack({
        attack: attackThat(({ clips }) => clips),
        clips: toyClips(2),
        criteria,
        budget,
        seed: 1,
        ...request,
        victim,
      }),
    );
    expect(error.code).toBe(code);
    expect(victim.questions, 'nothing was asked').toEqual([]);
  });

  it('say what would work', async () => {
    const attack = attackThat(({ clips }) => clips, { norms: ['l2', 'l1'] });
    const error = await refusal(() => attacked(({ clips }) => clips, { attack }));
    expect(error.message).toBe(
      'attack scripted: expected a budget of norm l2 or l1, got linf; choose another norm or attack',
    );
  });
});
