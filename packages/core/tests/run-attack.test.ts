import { describe, expect, it } from 'vitest';
import {
  clipAt,
  clipSize,
  copyClips,
  emptyClips,
  isAdversarial,
  isInsideBudget,
  isOnGrid,
  misclassification,
  norms,
  selectClips,
  targeted,
  type Budget,
  type StepEvent,
} from '@msanet/core';
import { Random } from '@msanet/tensor';
import { attacked, stepped } from './toy-attacks.js';
import { labelsOf, toyClips, toyVictim } from './toy-victim.js';

const budgets: Record<Budget['norm'], Budget> = {
  linf: { norm: 'linf', epsilon: 8 / 255 },
  l2: { norm: 'l2', epsilon: 0.3 },
  l1: { norm: 'l1', epsilon: 1 },
  l0: { norm: 'l0', pixels: 3 },
  frames: { norm: 'frames', frames: 1, epsilon: 20 / 255 },
};

describe('the clean clips', () => {
  it('are rounded to 8 bits, and the given ones left alone', async () => {
    const clips = toyClips(2);
    clips.data.forEach((value, index) => (clips.data[index] = Math.min(1, value + 0.001)));
    const before = copyClips(clips);
    const outcome = await attacked((context) => context.clips, { clips });
    expect(clips.data).toEqual(before.data);
    expect(isOnGrid(outcome.clean.data)).toBe(true);
    expect(outcome.adversarial.data).toEqual(outcome.clean.data);
    expect(outcome.clean.data).toEqual(toyClips(2).data);
  });

  it('that are adversarial already are never given to the attack', async () => {
    const clips = toyClips(3);
    const labels = await labelsOf(clips);
    const criteria = labels.map(misclassification);
    criteria[1] = misclassification((labels[1] + 1) % 3);
    const victim = toyVictim();
    const events: StepEvent[] = [];
    const outcome = await attacked(
      async (context) => {
        expect(context.clips.data).toEqual(selectClips(clips, [0, 2]).data);
        expect(context.criteria).toEqual([criteria[0], criteria[2]]);
        context.attach(1, 'mask', { dtype: 'float32', shape: [0], data: new Float32Array(0) });
        await context.victim.predict(selectClips(context.clips, [1]), [1]);
        context.report({ step: 1, steps: 1, of: [1] });
        const black = emptyClips(2, context.victim.input);
        return black;
      },
      { clips, criteria, victim, onStep: (event) => events.push(event) },
    );
    const [first, second, third] = outcome.clips;
    expect(second).toMatchObject({ alreadyAdversarial: true, success: true });
    expect(second.queries).toEqual({ forward: 0, gradient: 0 });
    expect(second.adversarialLogits).toEqual(second.cleanLogits);
    expect(clipAt(outcome.adversarial, 1)).toEqual(clipAt(outcome.clean, 1));
    expect(first.alreadyAdversarial).toBe(false);
    expect(clipAt(outcome.adversarial, 0)).not.toEqual(clipAt(outcome.clean, 0));
    // Indices of the context became indices of the request.
    expect(events).toEqual([
      { step: 1, steps: 1, of: [2], queries: [{ forward: 1, gradient: 0 }], succeeded: [false] },
    ]);
    expect([first, second, third].map(({ pictures }) => [...pictures.keys()])).toEqual([
      [],
      [],
      ['mask'],
    ]);
    // Judging the clean clips, the attack's question, judging its result; nothing more.
    expect(victim.questions.map(({ clips: asked }) => asked.shape[0])).toEqual([3, 1, 2]);
  });

  it('that are all adversarial already end the work', async () => {
    const clips = toyClips(2);
    const labels = await labelsOf(clips);
    const outcome = await attacked(
      () => {
        throw new Error('the attack was called');
      },
      { clips, criteria: labels.map((label) => misclassification((label + 1) % 3)) },
    );
    expect(outcome.clips.every(({ success }) => success)).toBe(true);
    expect(outcome.aborted).toBe(false);
  });

  it('stay the centre of the budget, whatever the attack does to its copy', async () => {
    const outcome = await attacked(
      (context) => {
        context.clips.data.fill(1);
        return context.clips;
      },
      { budget: budgets.linf },
    );
    expect(outcome.clean.data).toEqual(toyClips(2).data);
    for (const row of [0, 1]) {
      const [clip, clean] = [clipAt(outcome.adversarial, row), clipAt(outcome.clean, row)];
      expect(isInsideBudget(clip, clean, budgets.linf, clipSize(outcome.clean))).toBe(true);
    }
  });
});

describe('the adversarial clips', () => {
  it.each(norms)('are inside the budget, in [0, 1] and on the grid: %s', async (norm) => {
    const random = new Random(5);
    const budget = budgets[norm];
    for (const spread of [0.01, 1, 1e30]) {
      const outcome = await attacked(
        (context) => {
          const result = copyClips(context.clips);
          result.data.forEach((value, index) => {
            result.data[index] = value + spread * random.normal();
          });
          result.data.set([NaN, Infinity, -Infinity], 3);
          return result;
        },
        { budget },
      );
      for (const row of [0, 1]) {
        const [clip, clean] = [clipAt(outcome.adversarial, row), clipAt(outcome.clean, row)];
        expect(isOnGrid(clip)).toBe(true);
        expect(isInsideBudget(clip, clean, budget, clipSize(outcome.clean))).toBe(true);
      }
      // What is no number counts as unperturbed.
      const { clean, adversarial } = outcome;
      expect(adversarial.data.slice(3, 6)).toEqual(clean.data.slice(3, 6));
    }
  });

  it('are the clean ones where nothing may change', async () => {
    for (const budget of [
      { norm: 'linf', epsilon: 0 },
      { norm: 'l2', epsilon: 0 },
      { norm: 'l1', epsilon: 0 },
      { norm: 'l0', pixels: 0 },
      { norm: 'frames', frames: 0, epsilon: 1 },
    ] satisfies Budget[]) {
      const outcome = await attacked((context) => emptyClips(2, context.victim.input), { budget });
      expect(outcome.adversarial.data).toEqual(outcome.clean.data);
      expect(outcome.clips.some(({ success }) => success)).toBe(false);
    }
  });
});

describe('success', () => {
  it('is the victim’s own answer to the returned clip', async () => {
    const clips = toyClips(8, 3);
    const criteria = (await labelsOf(clips)).map(misclassification);
    const outcome = await attacked(
      (context) => stepped(context, [0, 1, 2, 3, 4, 5, 6, 7], 40 / 255),
      { clips, criteria, budget: { norm: 'linf', epsilon: 40 / 255 } },
    );
    const logits = await toyVictim().predict(outcome.adversarial);
    outcome.clips.forEach((clip, row) => {
      const scores = logits.data.slice(row * 3, row * 3 + 3);
      expect(clip.adversarialLogits).toEqual(scores);
      expect(clip.success).toBe(isAdversarial(scores, criteria[row]));
      expect(clip.success).toBe(clip.margin > 0);
    });
    const successes = outcome.clips.filter(({ success }) => success).length;
    expect(successes).toBeGreaterThan(0);
    expect(successes).toBeLessThan(8);
  });

  it('takes back what was lost by rounding to 8 bits', async () => {
    const outcome = await attacked(
      async (context) => {
        // Half a level: adversarial or not, nothing of it survives on the grid.
        const result = copyClips(context.clips);
        result.data.forEach((value, index) => (result.data[index] = value + 0.4 / 255));
        return result;
      },
      { budget: budgets.linf },
    );
    expect(outcome.adversarial.data).toEqual(outcome.clean.data);
    expect(outcome.clips.some(({ success }) => success)).toBe(false);
  });

  it('can be targeted', async () => {
    const clips = toyClips(1);
    const [label] = await labelsOf(clips);
    const outcome = await attacked((context) => stepped(context, [0], 1), {
      clips,
      criteria: [targeted(label, (label + 1) % 3)],
      budget: { norm: 'linf', epsilon: 1 },
    });
    expect(outcome.clips[0].success).toBe(true);
  });
});

describe('the smallest adversarial clip seen on the way', () => {
  const budget: Budget = { norm: 'linf', epsilon: 128 / 255 };

  it('is returned where the attack’s own result fails', async () => {
    const outcome = await attacked(
      async (context) => {
        for (const length of [120, 100, 110]) {
          const rows = await stepped(context, [0, 1], length / 255);
          await context.victim.predict(rows, [0, 1]);
        }
        return context.clips;
      },
      { budget },
    );
    for (const row of [0, 1]) {
      const [clip, clean] = [clipAt(outcome.adversarial, row), clipAt(outcome.clean, row)];
      const highest = Math.max(...clip.map((value, index) => Math.abs(value - clean[index])));
      expect(Math.round(highest * 255)).toBe(100);
      expect(outcome.clips[row].success).toBe(true);
    }
  });

  it('gives way to a result that succeeds', async () => {
    const outcome = await attacked(
      async (context) => {
        const rows = await stepped(context, [0, 1], 100 / 255);
        await context.victim.predict(rows, [0, 1]);
        return stepped(context, [0, 1], 120 / 255);
      },
      { budget },
    );
    const [clip, clean] = [clipAt(outcome.adversarial, 0), clipAt(outcome.clean, 0)];
    const highest = Math.max(...clip.map((value, index) => Math.abs(value - clean[index])));
    expect(Math.round(highest * 255)).toBe(120);
  });

  it('must lie on the grid and inside the budget', async () => {
    const outcome = await attacked(
      async (context) => {
        const outside = await stepped(context, [0, 1], 120 / 255);
        outside.data.forEach((value, index) => {
          outside.data[index] = value > context.clips.data[index] ? 1 : 0;
        });
        const beyond = await context.victim.predict(outside, [0, 1]);
        expect(beyond.adversarial).toEqual([true, true]);
        const offGrid = await stepped(context, [0, 1], 120 / 255);
        offGrid.data[0] += offGrid.data[0] < 0.5 ? 0.001 : -0.001;
        await context.victim.predict(offGrid, [0, 1]);
        return context.clips;
      },
      { budget: { norm: 'linf', epsilon: 125 / 255 } },
    );
    // The second clip of the last question is on the grid and inside.
    expect(outcome.clips.map(({ success }) => success)).toEqual([false, true]);
    // A float clip inside the budget counts as a first success, one outside does not.
    expect(outcome.clips[0].firstSuccess).toEqual({ forward: 2, gradient: 2 });
  });

  it('is judged again, by a fresh question about exactly it', async () => {
    const victim = toyVictim();
    const outcome = await attacked(
      async (context) => {
        const rows = await stepped(context, [0, 1], 100 / 255);
        await context.victim.predict(rows, [0, 1]);
        const result = copyClips(context.clips);
        clipAt(result, 1).set(clipAt(rows, 1));
        return result;
      },
      { budget, victim },
    );
    const last = victim.questions[victim.questions.length - 1];
    expect(last.clips.data).toEqual(clipAt(outcome.adversarial, 0));
    expect(outcome.clips.map(({ success }) => success)).toEqual([true, true]);
  });
});

describe('a batch', () => {
  it('of n gives what n batches of one give', async () => {
    const clips = toyClips(4, 9);
    const noisy = async (batch: typeof clips): Promise<Awaited<ReturnType<typeof attacked>>> =>
      attacked(
        async (context) => {
          const result = copyClips(context.clips);
          for (let row = 0; row < result.shape[0]; row++) {
            const random = context.random(row);
            const values = clipAt(result, row);
            values.forEach((value, at) => (values[at] = value + random.uniform(-0.2, 0.2)));
          }
          return result;
        },
        { clips: batch },
      );
    const together = await noisy(clips);
    for (let clip = 0; clip < 4; clip++) {
      const alone = await noisy(selectClips(clips, [clip]));
      expect(clipAt(alone.adversarial, 0)).toEqual(clipAt(together.adversarial, clip));
      expect(alone.clips[0]).toEqual(together.clips[clip]);
    }
  });
});
