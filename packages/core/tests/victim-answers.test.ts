import { describe, expect, it } from 'vitest';
import { clipBatch, emptyClips } from '@msanet/core';
import { refusal } from './refusal.js';
import { attacked, stepped } from './toy-attacks.js';
import { toyVictim } from './toy-victim.js';

describe('a victim that breaks its contract', () => {
  const answer = (shape: number[], fill: number): unknown => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(shape.reduce((size, length) => size * length, 1)).fill(fill),
  });

  it.each([
    ['too few rows', answer([1, 3], 0)],
    ['too many classes', answer([2, 4], 0)],
    ['NaN', answer([2, 3], NaN)],
    [
      'values that do not fill the shape',
      { ...(answer([2, 3], 0) as object), data: new Float32Array(5) },
    ],
  ])('is found out by its logits: %s', async (_, logits) => {
    const victim = toyVictim({ predict: async () => logits as never });
    const error = await refusal(() => attacked(({ clips }) => clips, { victim }));
    expect(error.code).toBe('VICTIM_FAILED');
    expect(error.message).toMatch(/^victim toy: expected logits/);
  });

  it.each([
    [
      'of another shape',
      { gradient: { ...emptyClips(1, toyVictim().input) } },
      'a gradient of shape',
    ],
    [
      'that is not finite',
      { gradient: clipBatch(new Float32Array(72).fill(NaN), [2, 2, 3, 2, 3]) },
      'finite values',
    ],
    ['without a loss per clip', { loss: new Float32Array(1) }, '2 losses'],
    ['with a loss that is no number', { loss: Float32Array.of(0, NaN) }, 'losses that are numbers'],
    ['with broken logits', { logits: answer([2, 3], NaN) }, 'logits that are numbers'],
  ])('is found out by its gradient: %s', async (_, fault, expected) => {
    const sound = toyVictim();
    const victim = toyVictim({
      lossGradient: async (clips, loss) =>
        ({ ...(await sound.lossGradient(clips, loss)), ...fault }) as never,
    });
    const error = await refusal(() =>
      attacked((context) => stepped(context, [0, 1], 0.1), { victim }),
    );
    expect(error.code).toBe('VICTIM_FAILED');
    expect(error.message).toContain(expected);
  });

  it('that answers at random has no success that its last answer denies', async () => {
    let calls = 0;
    const sound = toyVictim();
    const victim = toyVictim({
      supports: { inputGradient: true, deterministic: false },
      async predict(clips) {
        const logits = await sound.predict(clips);
        calls += 1;
        // The second question, the attack's, is answered with nonsense.
        return calls === 2 ? { ...logits, data: logits.data.map((score) => -score) } : logits;
      },
    });
    const outcome = await attacked(
      async (context) => {
        await context.victim.predict(context.clips, [0, 1]);
        return context.clips;
      },
      { victim },
    );
    expect(outcome.clips.map(({ firstSuccess }) => firstSuccess !== undefined)).toEqual([
      true,
      true,
    ]);
    expect(outcome.clips.map(({ success }) => success)).toEqual([false, false]);
  });
});
