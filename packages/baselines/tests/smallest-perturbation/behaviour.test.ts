import { describe, expect, it } from 'vitest';
import {
  argmax,
  clipAt,
  createFrom,
  emptyClips,
  logitsOf,
  runAttack,
  selectClips,
  type AttackPlugin,
  type Budget,
} from '@msanet/core';
import { linearVictim, randomClips, smoothVictim } from '@msanet/testkit';
import { cw, ddn, deepfool, ead, fab, fabT, fmn, pgd, runFab } from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';
import { attackWith, ownLabels } from '../raw-result.js';
import { norm } from './affine.js';

const size = { frames: 2, height: 3, width: 4 };
const victim = smoothVictim({ classes: 6, size, hidden: 16, seed: 4 });
const clips = randomClips(15, size, 9);
const wide: Readonly<Record<'linf' | 'l2', Budget>> = {
  linf: { norm: 'linf', epsilon: 1 },
  l2: { norm: 'l2', epsilon: 100 },
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The norm of each clip's perturbation; infinite where there was no success. */
async function norms(
  plugin: AttackPlugin,
  options: Record<string, unknown>,
  which: 'linf' | 'l2',
): Promise<number[]> {
  const request = { victim, clips, budget: wide[which] };
  const { adversarial, clips: outcomes } = await attackWith(plugin, options, request);
  return outcomes.map(({ success }, clip) =>
    success ? norm(clipAt(adversarial, clip), clipAt(clips, clip), which) : Infinity,
  );
}

/** The smallest ε, of a ladder, at which PGD succeeds on each clip. */
async function smallestBudgets(which: 'linf' | 'l2'): Promise<number[]> {
  const smallest = new Array<number>(clips.shape[0]).fill(Infinity);
  for (let rung = 1; rung <= 40; rung++) {
    const epsilon = which === 'linf' ? rung / 255 : 0.05 * 1.1 ** rung;
    const options = { steps: 40, loss: 'margin' };
    const request = { victim, clips, budget: { norm: which, epsilon } };
    const { clips: outcomes } = await attackWith(pgd, options, request);
    outcomes.forEach(({ success }, clip) => {
      if (success) smallest[clip] = Math.min(smallest[clip], epsilon);
    });
  }
  return smallest;
}

describe('the median perturbation is at most 10 % above the smallest ε at which PGD succeeds', () => {
  it.each([
    ['linf', [deepfool, fmn, fab, fabT]],
    ['l2', [deepfool, cw, ddn, fmn, fab, fabT]],
  ] as const)('in %s', async (which, plugins) => {
    const limit = 1.1 * median(await smallestBudgets(which));
    expect(limit).toBeLessThan(Infinity);
    for (const plugin of plugins) {
      const found = median(await norms(plugin, {}, which));
      expect(found, plugin.id).toBeLessThanOrEqual(limit);
    }
  });
});

describe('perturbations too small for 8 bits', () => {
  const near = linearVictim({ classes: 3, size, seed: 5 });
  const grey = emptyClips(1, size);
  grey.data.fill(128 / 255);

  it.each([
    [deepfool, 'l2'],
    [cw, 'l2'],
    [ddn, 'l2'],
    [fmn, 'l2'],
    [fab, 'l2'],
    [deepfool, 'linf'],
    [fmn, 'linf'],
    [fab, 'linf'],
  ] as const)('grow until they survive rounding, %#', async (plugin, which) => {
    const request = { victim: near, clips: grey, budget: wide[which] };
    const { clips: outcomes, adversarial } = await attackWith(plugin, {}, request);
    expect(outcomes[0].success).toBe(true);
    const found = norm(adversarial.data, grey.data, which);
    expect(found).toBeLessThan(which === 'linf' ? 12 / 255 : 0.3);
  });
});

describe('a budget narrower than the smallest perturbation', () => {
  it('is kept, and used for the margin', async () => {
    for (const plugin of [deepfool, cw, ddn, fmn, fab]) {
      const budget: Budget = { norm: 'l2', epsilon: 0.02 };
      const { clips: outcomes } = await attackWith(plugin, {}, { victim, clips, budget });
      expect(outcomes.filter(({ success }) => success).length, plugin.id).toBeLessThan(4);
    }
  });
});

describe('confidence', () => {
  it.each([
    [cw, 'l2'],
    [ead, 'l1'],
  ] as const)('is reached where it is asked for, %#', async (plugin, which) => {
    const options = { confidence: 0.3, searches: 6, initialConstant: 1 };
    const budget = { norm: which, epsilon: 100 } as const;
    const { clips: outcomes } = await attackWith(plugin, options, { victim, clips, budget });
    const margins = outcomes.map(({ margin }) => margin);
    expect(Math.min(...margins)).toBeGreaterThanOrEqual(0.3);
    const lax = await attackWith(plugin, { ...options, confidence: 0 }, { victim, clips, budget });
    expect(Math.max(...lax.clips.map(({ margin }) => margin))).toBeLessThan(0.3);
  });
});

describe('DeepFool', () => {
  // Far from 0 and 1, which would bend the way.
  const inner = { ...clips, data: clips.data.map((value) => Math.round(64 + 127 * value) / 255) };

  /**
   * The size of each perturbation r before it is rounded, and ⟨r, w⟩ / (‖r‖_p · ‖w‖_q), w the normal of the boundary where it
   * ends: 1, by Hölder's inequality, exactly where no smaller r reaches the tangent.
   */
  async function ends(
    projections: number,
    which: 'linf' | 'l2',
  ): Promise<{ sizes: number[]; alignments: number[] }> {
    const options = { rounded: false, overshoot: 0, projections };
    const { raw } = await attackWith(deepfool, options, {
      victim,
      clips: inner,
      budget: wide[which],
    });
    const [clean, crossed] = await Promise.all([victim.predict(inner), victim.predict(raw)]);
    const rows = Array.from({ length: inner.shape[0] }, (_, clip) => clip);
    const labels = rows.map((clip) => argmax(logitsOf(clean, clip)));
    const targets = rows.map((clip) => {
      const logits = logitsOf(crossed, clip).slice();
      logits[labels[clip]] = -Infinity;
      return argmax(logits);
    });
    const loss = { kind: 'logit-difference', labels, targets } as const;
    const { gradient } = await victim.lossGradient(raw, loss);
    const sizes = rows.map((clip) => norm(clipAt(raw, clip), clipAt(inner, clip), which));
    const alignments = rows.map((clip) => {
      const normal = [...clipAt(gradient, clip)];
      const dual =
        which === 'l2'
          ? Math.hypot(...normal)
          : normal.reduce((sum, value) => sum + Math.abs(value), 0);
      const product = normal.reduce(
        (sum, value, index) =>
          sum + value * (clipAt(raw, clip)[index] - clipAt(inner, clip)[index]),
        0,
      );
      return product / sizes[clip] / dual;
    });
    return { sizes, alignments };
  }

  it.each(['l2', 'linf'] as const)(
    'by its projections comes to where no smaller perturbation reaches the tangent, in %s',
    async (which) => {
      const [without, with10] = await Promise.all([0, 10].map((count) => ends(count, which)));
      expect(Math.min(...with10.alignments)).toBeGreaterThan(0.999);
      expect(median(with10.alignments)).toBeGreaterThan(median(without.alignments));
      with10.sizes.forEach((size, clip) => expect(size).toBeLessThanOrEqual(without.sizes[clip]));
      expect(median(with10.sizes)).toBeLessThan(median(without.sizes));
    },
  );
});

describe('FAB', () => {
  it('comes nearer by its final search', async () => {
    const [without, with3] = await Promise.all(
      [0, 3].map((finalSearch) => norms(fab, { steps: 4, finalSearch }, 'l2')),
    );
    const gains = without.map((found, clip) => found - with3[clip]);
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...gains)).toBeGreaterThan(0);
  });

  it('comes no less near by further starts', async () => {
    const once = await norms(fab, { steps: 5, finalSearch: 0 }, 'linf');
    const thrice = await norms(fab, { steps: 5, restarts: 3, finalSearch: 0 }, 'linf');
    once.forEach((found, clip) => expect(thrice[clip]).toBeLessThanOrEqual(found));
  });

  it('stops at the first success in an ensemble', async () => {
    const some = selectClips(clips, [0, 1, 2]);
    const plan = {
      ...{ steps: 20, restarts: 1, finalSearch: 3, rounded: true, others: 3, oneByOne: true },
      ...{ overshoot: 1.05, bias: 0.1, backward: 0.9, stopAtFirst: true },
    };
    const { clips: outcomes } = await runAttack({
      attack: {
        id: 'ensemble',
        requires: { inputGradient: true, norms: ['l2'], criteria: ['misclassification'] },
        perturb: (context) => runFab(context, plan),
      },
      victim,
      clips: some,
      criteria: await ownLabels(victim, some),
      budget: wide.l2,
      seed: 1,
    });
    for (const { success, queries, firstSuccess } of outcomes) {
      expect(success).toBe(true);
      expect(queries).toEqual(firstSuccess);
    }
  });
});

describe('wrong options', () => {
  it.each<[AttackPlugin, Record<string, unknown>, RegExp]>([
    [deepfool, { classes: 1 }, /option classes: expected a number of at least 2, got 1/],
    [deepfool, { overshoot: -1 }, /option overshoot/],
    [cw, { stepSize: 0 }, /option stepSize/],
    [ead, { decisionRule: 'L2' }, /option decisionRule: expected EN or L1, got L2/],
    [ddn, { gamma: 1 }, /option gamma/],
    [fmn, { steps: 0 }, /option steps/],
    [fab, { overshoot: 0.5 }, /option overshoot/],
    [fabT, { targets: 0 }, /option targets/],
  ])('are one sentence, %#', async (plugin, options, sentence) => {
    await expect(createFrom(plugin, noDependencies, options)).rejects.toThrow(sentence);
  });
});
