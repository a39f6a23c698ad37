import { describe, expect, it } from 'vitest';
import {
  argmax,
  clipAt,
  logitsOf,
  topClasses,
  type Budget,
  type Loss,
  type VictimModel,
} from '@msanet/core';
import { randomClips, recording, smoothVictim } from '@msanet/testkit';
import { apgd, apgdT, bim, fgsm, pgd, randomNoise } from '@msanet/baselines';
import { attackWith, ownLabels } from '../raw-result.js';

const size = { frames: 2, height: 4, width: 4 };
const victim = smoothVictim({ classes: 6, size, hidden: 12, seed: 31 });
const clips = randomClips(4, size, 32);
const budget: Budget = { norm: 'linf', epsilon: 12 / 255 };

/** The victim, with the losses that it is asked about, and the points. */
function listening(inner: VictimModel): { readonly victim: VictimModel; readonly losses: Loss[] } {
  const losses: Loss[] = [];
  return {
    losses,
    victim: {
      ...inner,
      lossGradient(asked, loss) {
        losses.push(loss);
        return inner.lossGradient(asked, loss);
      },
    },
  };
}

describe('APGD', () => {
  it('costs one gradient for the start and one for each step', async () => {
    const options = { steps: 12, restarts: 2, earlyStop: false };
    const { clips: outcomes } = await attackWith(apgd, options, { victim, clips, budget });
    for (const { queries } of outcomes) expect(queries).toEqual({ forward: 2, gradient: 26 });
  });

  it('returns the iterate of the highest loss', async () => {
    const recorded = recording(victim);
    const options = { steps: 20, earlyStop: false, loss: 'margin' };
    const { raw } = await attackWith(apgd, options, { victim: recorded, clips, budget });
    const labels = (await ownLabels(victim, clips)).map(({ label }) => label);
    const asked = recorded.questions.filter(({ kind }) => kind === 'gradient');
    const losses: Float32Array[] = [];
    for (const question of asked) {
      const answer = await victim.lossGradient(question.clips, { kind: 'margin', labels });
      losses.push(answer.loss);
    }
    for (const clip of labels.keys()) {
      const best = asked[argmax(losses.map((loss) => loss[clip]))].clips;
      expect(clipAt(raw, clip)).toEqual(clipAt(best, clip));
    }
  });

  it('keeps the best iterate of clips that run out of queries', async () => {
    const options = { steps: 50, randomStart: false, earlyStop: false };
    const cut = await attackWith(apgd, options, { victim, clips, budget, queryLimit: 9 });
    for (const { queries, margin, cleanLogits, criterion } of cut.clips) {
      expect(queries).toEqual({ forward: 0, gradient: 9 });
      const others = cleanLogits.filter((_, index) => index !== criterion.label);
      expect(margin).toBeGreaterThan(Math.max(...others) - cleanLogits[criterion.label]);
    }
  });

  it('starts two radii wide: the first step reaches the surface in linf', async () => {
    const recorded = recording(victim);
    const options = { steps: 1, earlyStop: false };
    await attackWith(apgd, options, { victim: recorded, clips, budget });
    const [, second] = recorded.questions.filter(({ kind }) => kind === 'gradient');
    const inside = second.clips.data.filter((value, index) => {
      const moved = Math.abs(value - clips.data[index]);
      return moved < 12 / 255 - 1e-6 && value > 0 && value < 1;
    });
    expect(inside.length).toBe(0);
  });
});

describe('targeted APGD', () => {
  it('climbs towards the likeliest wrong classes of each clip, one after the other', async () => {
    const { victim: heard, losses } = listening(victim);
    const options = { targets: 3, steps: 4, earlyStop: false };
    const { clips: outcomes } = await attackWith(apgdT, options, { victim: heard, clips, budget });
    const logits = await victim.predict(clips);
    const ranked = [0, 1, 2, 3].map((clip) => topClasses(logitsOf(logits, clip), 6));
    expect(losses.length).toBe(3 * 5);
    losses.forEach((loss, query) => {
      const rank = 1 + Math.floor(query / 5);
      expect(loss).toEqual({
        kind: 'targeted-dlr',
        labels: ranked.map(([first]) => first),
        targets: ranked.map((classes) => classes[rank]),
      });
    });
    for (const { queries } of outcomes) expect(queries).toEqual({ forward: 4, gradient: 15 });
  });

  it('has no more targets than there are wrong classes, and each as often as it restarts', async () => {
    const { victim: heard, losses } = listening(victim);
    await attackWith(
      apgdT,
      { steps: 1, restarts: 2, earlyStop: false },
      { victim: heard, clips, budget },
    );
    expect(losses.length).toBe(5 * 2 * 2);
  });

  it('is for untargeted goals, and for victims of four classes or more', async () => {
    const three = smoothVictim({ classes: 3, size, seed: 1 });
    const few = attackWith(apgdT, {}, { victim: three, clips, budget });
    await expect(few).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('strength', () => {
  it('rises from random noise over FGSM, BIM and PGD to APGD', async () => {
    const many = randomClips(16, size, 33);
    const narrow: Budget = { norm: 'linf', epsilon: 6 / 255 };
    const meanMargin = async (plugin: typeof apgd, options: object): Promise<number> => {
      const { clips: outcomes } = await attackWith(
        plugin,
        { ...options },
        { victim, clips: many, budget: narrow },
      );
      return outcomes.reduce((sum, { margin }) => sum + margin, 0) / outcomes.length;
    };
    const every = { loss: 'margin', steps: 20, earlyStop: false };
    const margins = [
      await meanMargin(randomNoise, { samples: 20 }),
      await meanMargin(fgsm, { loss: 'margin' }),
      await meanMargin(bim, every),
      await meanMargin(pgd, every),
      await meanMargin(apgd, every),
    ];
    expect(margins[0]).toBeLessThan(margins[1]);
    for (const index of [1, 2, 3]) {
      // In the same place, 8-bit rounding may make one or the other a little stronger.
      expect(margins[index + 1], margins.join(' ')).toBeGreaterThan(margins[index] - 2e-3);
    }
  });
});
