import { describe, expect, it } from 'vitest';
import { emptyClips, misclassification, selectClips, targeted } from '@msanet/core';
import { refusal } from './refusal.js';
import { attacked, stepped } from './toy-attacks.js';
import { labelsOf, toyClips, toyVictim } from './toy-victim.js';

describe('queries', () => {
  it('are counted against the clip that they are about', async () => {
    const victim = toyVictim();
    const outcome = await attacked(
      async ({ victim: metered, clips }) => {
        await metered.predict(selectClips(clips, [0, 1, 0]), [0, 1, 0]);
        await metered.lossGradient(selectClips(clips, [1]), [1], { kind: 'margin' });
        expect(metered.queriesLeft(0)).toBe(Infinity);
        return clips;
      },
      { victim },
    );
    expect(outcome.clips.map(({ queries }) => queries)).toEqual([
      { forward: 2, gradient: 0 },
      { forward: 1, gradient: 1 },
    ]);
    expect(outcome.clips.map(({ firstSuccess }) => firstSuccess)).toEqual([undefined, undefined]);
    const made = victim.questions.slice(1, -1);
    expect(made.map(({ kind }) => kind)).toEqual(['forward', 'gradient']);
  });

  it('stop at the limit: the question beyond it is neither asked nor counted', async () => {
    const victim = toyVictim();
    const outcome = await attacked(
      async ({ victim: metered, clips }) => {
        await metered.predict(clips, [0, 1]);
        await metered.predict(selectClips(clips, [0]), [0]);
        expect(metered.queriesLeft(0)).toBe(0);
        expect(metered.queriesLeft(1)).toBe(1);
        const error = await refusal(() => metered.predict(clips, [0, 1]));
        expect(error.code).toBe('QUERY_LIMIT');
        throw error;
      },
      { victim, queryLimit: 2 },
    );
    expect(outcome.clips.map(({ queries }) => queries.forward)).toEqual([2, 1]);
    expect(outcome.aborted).toBe(false);
    expect(outcome.adversarial.data).toEqual(outcome.clean.data);
    expect(victim.questions.length).toBe(4);
  });

  it('count rows of one question together', async () => {
    await attacked(
      async ({ victim: metered, clips }) => {
        const rows = selectClips(clips, [0, 0, 0]);
        const error = await refusal(() => metered.predict(rows, [0, 0, 0]));
        expect(error.code).toBe('QUERY_LIMIT');
        return clips;
      },
      { queryLimit: 2 },
    );
  });

  it('keep what was found when they run out', async () => {
    const outcome = await attacked(
      async (context) => {
        for (;;) {
          const rows = await stepped(context, [0, 1], 120 / 255);
          await context.victim.predict(rows, [0, 1]);
        }
      },
      { queryLimit: 2, budget: { norm: 'linf', epsilon: 0.5 } },
    );
    expect(outcome.clips.map(({ success }) => success)).toEqual([true, true]);
    expect(outcome.clips[0].firstSuccess).toEqual({ forward: 1, gradient: 1 });
  });

  it('may be forbidden altogether', async () => {
    const outcome = await attacked((context) => stepped(context, [0, 1], 1), { queryLimit: 0 });
    expect(outcome.clips.map(({ queries }) => queries.gradient)).toEqual([0, 0]);
  });

  it('need rows with known clips', async () => {
    await attacked(async ({ victim, clips }) => {
      for (const of of [[0], [0, 1, 1], [0, 2], [0, -1], [0, 0.5]]) {
        expect((await refusal(() => victim.predict(clips, of))).code).toBe('ATTACK_FAILED');
      }
      const none = emptyClips(0, victim.input);
      expect((await refusal(() => victim.predict(none, []))).code).toBe('ATTACK_FAILED');
      return clips;
    });
  });

  it('for a gradient are not about targeted and untargeted clips at once', async () => {
    const clips = toyClips(2);
    const labels = await labelsOf(clips);
    const outcome = await attacked(
      async ({ victim, clips: own }) => {
        const ask = (): Promise<unknown> => victim.lossGradient(own, [0, 1], { kind: 'margin' });
        expect((await refusal(ask)).code).toBe('OPTION_INVALID');
        return own;
      },
      { clips, criteria: [misclassification(labels[0]), targeted(labels[1], (labels[1] + 1) % 3)] },
    );
    expect(outcome.clips.map(({ queries }) => queries.gradient)).toEqual([0, 0]);
  });
});

describe('a loss that names its classes', () => {
  it('is asked about as it is, and the answer judged by the criterion', async () => {
    const victim = toyVictim();
    const clips = toyClips(2);
    const [first, second] = await labelsOf(clips);
    const target = (first + 1) % 3;
    const loss = { kind: 'targeted-margin', targets: [first, target] } as const;
    const outcome = await attacked(
      async ({ victim: metered, clips: own }) => {
        const rows = selectClips(own, [0, 0]);
        const {
          adversarial,
          margin,
          loss: values,
        } = await metered.lossGradient(rows, [0, 0], loss);
        expect(adversarial).toEqual([false, false]);
        expect(values[0]).toBeGreaterThan(0);
        expect(margin[0]).toBeCloseTo(-values[0], 6);
        return own;
      },
      { victim, clips, criteria: [first, second].map(misclassification) },
    );
    const [asked] = victim.questions.filter(({ kind }) => kind === 'gradient');
    expect(asked.loss).toEqual(loss);
    expect(outcome.clips.map(({ queries }) => queries.gradient)).toEqual([2, 0]);
  });

  it('names as many as there are rows, and only classes that there are', async () => {
    const outcome = await attacked(async ({ victim, clips }) => {
      const ask = (targets: number[]): Promise<unknown> =>
        victim.lossGradient(clips, [0, 1], { kind: 'targeted-margin', targets });
      expect((await refusal(() => ask([0]))).code).toBe('OPTION_INVALID');
      expect((await refusal(() => ask([0, 3]))).code).toBe('LABEL_UNKNOWN');
      return clips;
    });
    expect(outcome.clips.map(({ queries }) => queries.gradient)).toEqual([0, 0]);
  });
});

describe('an interruption', () => {
  it('before the start leaves the clean clips', async () => {
    const outcome = await attacked((context) => stepped(context, [0, 1], 1), {
      signal: AbortSignal.abort(),
    });
    expect(outcome.aborted).toBe(true);
    expect(outcome.adversarial.data).toEqual(outcome.clean.data);
    expect(outcome.clips[0].queries).toEqual({ forward: 0, gradient: 0 });
  });

  it('midway keeps what was found, and lets no further question through', async () => {
    const controller = new AbortController();
    const outcome = await attacked(
      async (context) => {
        const rows = await stepped(context, [0], 120 / 255);
        await context.victim.predict(rows, [0]);
        controller.abort(new Error('Ctrl-C'));
        const error = await refusal(() => context.victim.predict(context.clips, [0, 1]));
        expect(error.code).toBe('ABORTED');
        expect((error.cause as Error).message).toBe('Ctrl-C');
        throw error;
      },
      { signal: controller.signal, budget: { norm: 'linf', epsilon: 0.5 } },
    );
    expect(outcome.aborted).toBe(true);
    expect(outcome.clips.map(({ success }) => success)).toEqual([true, false]);
    expect(outcome.clips.map(({ queries }) => queries.forward)).toEqual([1, 0]);
  });

  it('is noted also when the attack returns by itself', async () => {
    const controller = new AbortController();
    const outcome = await attacked(
      (context) => {
        controller.abort();
        expect(context.signal.aborted).toBe(true);
        return context.clips;
      },
      { signal: controller.signal },
    );
    expect(outcome.aborted).toBe(true);
  });
});
