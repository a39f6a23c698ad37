import { describe, expect, it } from 'vitest';
import {
  MsanetError,
  clipAt,
  copyClips,
  emptyClips,
  isMsanetError,
  norms,
  runAttack,
  selectClips,
  type Attack,
  type AttackContext,
  type AttackOutcome,
  type AttackRequest,
  type ClipBatch,
} from '@msanet/core';
import {
  attackLaws,
  describeAttack,
  randomClips,
  smoothVictim,
  toyBudgets,
  type AttackSubject,
} from '@msanet/testkit';

const size = { frames: 2, height: 3, width: 4 };
const clips = randomClips(3, size, 1);

/** A small sound attack: a few gradient steps, one random nudge, and a look at the 8-bit result. */
async function climb(context: AttackContext): Promise<ClipBatch> {
  const { victim, criteria } = context;
  const of = criteria.map((_, clip) => clip);
  const result = copyClips(context.clips);
  of.forEach((clip) => {
    clipAt(result, clip)[0] += 0.01 * context.random(clip).normal();
  });
  for (let step = 1; step <= 3; step++) {
    if (of.some((clip) => victim.queriesLeft(clip) < 1)) break;
    const { gradient, loss } = await victim.lossGradient(result, of, { kind: 'margin' });
    result.data.forEach((value, index) => {
      result.data[index] = value + 0.02 * Math.sign(gradient.data[index]);
    });
    context.project(result, of);
    context.report({ step, steps: 3, of, loss });
  }
  return result;
}

const sound: Attack = {
  id: 'climb',
  requires: { inputGradient: true, norms, criteria: ['misclassification', 'targeted'] },
  perturb: climb,
};

type Perturb = Attack['perturb'];

/** The sound attack with another idea. */
const attackThat = (perturb: Perturb): Attack => ({ ...sound, perturb });

function subject(attack: Attack, run?: AttackSubject['run']): AttackSubject {
  return {
    create: () => attack,
    victim: () => smoothVictim({ classes: 4, size, seed: 1 }),
    clips,
    budgets: toyBudgets(clips),
    seed: 1,
    ...(run === undefined ? {} : { run }),
  };
}

let calls = 0;

/** Attacks that break one law. */
const faults: [keyof typeof attackLaws, string, Attack, RegExp][] = [
  ['saysWhatItNeeds', 'an id with a space', { ...sound, id: 'My attack' }, /id is lower case/],
  [
    'saysWhatItNeeds',
    'no norm',
    { ...sound, requires: { ...sound.requires, norms: [] } },
    /at least one norm/,
  ],
  [
    'saysWhatItNeeds',
    'no goal',
    { ...sound, requires: { ...sound.requires, criteria: [] } },
    /misclassification, targets/,
  ],
  [
    'returnsWhatFits',
    'it leaves the budget to the base',
    attackThat(async (context) => {
      const result = await climb(context);
      result.data.forEach((value, index) => {
        result.data[index] = value + 0.3 * (value < 0.5 ? 1 : -1);
      });
      return result;
    }),
    /inside the budget/,
  ],
  [
    'returnsWhatFits',
    'it leaves [0, 1] to the base',
    attackThat(async (context) => {
      const result = await climb(context);
      result.data[0] = -0.01;
      return result;
    }),
    /values in \[0, 1\]/,
  ],
  [
    'repeatsItself',
    'it keeps state between runs',
    attackThat(async (context) => {
      calls += 1;
      const result = await climb(context);
      result.data[0] += calls % 2 === 0 ? 0.03 : -0.03;
      return result;
    }),
    /same clips when the attack runs again/,
  ],
  [
    'treatsClipsOneByOne',
    'it normalises over the batch',
    attackThat(async (context) => {
      const result = await climb(context);
      result.data.forEach((value, index) => {
        const clean = context.clips.data[index];
        result.data[index] = clean + (value - clean) / context.criteria.length;
      });
      return result;
    }),
    /out of a batch as it does alone/,
  ],
  [
    'treatsClipsOneByOne',
    'it normalises over the batch in a single norm',
    attackThat(async (context) => {
      const result = await climb(context);
      if (context.budget.norm !== 'l1') return result;
      result.data.forEach((value, index) => {
        const clean = context.clips.data[index];
        result.data[index] = clean + (value - clean) / context.criteria.length;
      });
      return result;
    }),
    /under l1, clip 0 comes out/,
  ],
  [
    'treatsClipsOneByOne',
    'it asks about every clip until all are done',
    attackThat(async (context) => {
      const of = context.criteria.map((_, clip) => clip);
      for (let round = 0; round < of.length; round++) {
        await context.victim.predict(context.clips, of);
      }
      return climb(context);
    }),
    /costs the same/,
  ],
  [
    'leavesItsInputAlone',
    'it works in the clean clips',
    attackThat(async (context) => {
      context.clips.data[0] = 0;
      return context.clips;
    }),
    /context are read only/,
  ],
  [
    'asksForNoUndeclaredGradient',
    'it does not say that it needs gradients',
    { ...sound, requires: { ...sound.requires, inputGradient: false } },
    /input gradients/,
  ],
  [
    'movesTowardsItsGoal',
    'it descends',
    attackThat(async (context) => {
      const result = await climb(context);
      result.data.forEach((value, index) => {
        result.data[index] = 2 * context.clips.data[index] - value;
      });
      return result;
    }),
    /mean margin of misclassification rises/,
  ],
  [
    'movesTowardsItsGoal',
    'it flees from its target',
    attackThat(async (context) => {
      const untargeted = context.criteria[0].kind === 'misclassification';
      const result = await climb(context);
      return untargeted
        ? result
        : {
            ...result,
            data: result.data.map((value, index) => 2 * context.clips.data[index] - value),
          };
    }),
    /mean margin of targeted rises/,
  ],
  [
    'reportsItsSteps',
    'it reports nothing',
    attackThat((context) => climb({ ...context, report: () => undefined })),
    /at least one step/,
  ],
  [
    'reportsItsSteps',
    'it counts from 0',
    attackThat((context) =>
      climb({ ...context, report: (step) => context.report({ ...step, step: step.step - 1 }) }),
    ),
    /step 0 is between 1 and 3/,
  ],
  [
    'reportsItsSteps',
    'it gives one loss for all clips',
    attackThat((context) =>
      climb({ ...context, report: (step) => context.report({ ...step, loss: [0] }) }),
    ),
    /one loss per clip/,
  ],
  [
    'keepsTheQueryLimit',
    'it turns the refusal into an error of its own',
    attackThat(async (context) => {
      try {
        const of = context.criteria.map((_, clip) => clip);
        for (let query = 0; query < 9; query++) await context.victim.predict(context.clips, of);
      } catch (error) {
        throw new Error('the victim failed', { cause: error });
      }
      return context.clips;
    }),
    /the victim failed/,
  ],
  [
    'stopsWhenAborted',
    'it turns the interruption into an error of its own',
    attackThat(async (context) => {
      try {
        return await climb(context);
      } catch (error) {
        if (isMsanetError(error) && error.code === 'ABORTED') throw new Error('crash');
        throw error;
      }
    }),
    /crash/,
  ],
];

type Change = (outcome: AttackOutcome, request: AttackRequest) => AttackOutcome;

/** A base that breaks its promise. */
const baseThat =
  (change: Change) =>
  async (request: AttackRequest): Promise<AttackOutcome> =>
    change(await runAttack(request), request);

const withClips = (
  outcome: AttackOutcome,
  change: (value: number, index: number) => number,
): AttackOutcome => ({
  ...outcome,
  adversarial: { ...outcome.adversarial, data: outcome.adversarial.data.map(change) },
});

/** Bases that break one law which no attack can break against core. */
const baseFaults: [keyof typeof attackLaws, string, NonNullable<AttackSubject['run']>, RegExp][] = [
  [
    'staysInsideBudget',
    'it rounds to no grid',
    baseThat((outcome) => withClips(outcome, (value) => (value < 0.5 ? value + 0.0001 : value))),
    /on the 8-bit grid/,
  ],
  [
    'staysInsideBudget',
    'it does not project',
    baseThat((outcome) => withClips(outcome, (value) => (value < 0.5 ? 1 : 0))),
    /inside the budget/,
  ],
  [
    'changesNothingWithoutBudget',
    'it allows one level',
    baseThat((outcome) => withClips(outcome, (value, index) => (index === 0 ? 0 : value))),
    /gives the clean clips/,
  ],
  [
    'leavesSuccessToTheVictim',
    'it claims success',
    baseThat((outcome) => ({
      ...outcome,
      clips: outcome.clips.map((clip) => ({ ...clip, success: !clip.success })),
    })),
    /the victim says/,
  ],
  [
    'countsEveryQuery',
    'it loses count',
    baseThat((outcome) => ({
      ...outcome,
      clips: outcome.clips.map((clip) => ({ ...clip, queries: { forward: 0, gradient: 1 } })),
    })),
    /but the victim was asked/,
  ],
  [
    'keepsTheQueryLimit',
    'it knows no limit',
    async ({ queryLimit: _, ...request }) => runAttack(request),
    /no clip costs more/,
  ],
  [
    'leavesItsInputAlone',
    'it rounds the clips of the request in place',
    baseThat((outcome, request) => {
      request.clips.data[0] = 0.123;
      return outcome;
    }),
    /request are read only/,
  ],
  [
    'leavesAdversarialClipsAlone',
    'it attacks what is adversarial already',
    baseThat((outcome) => ({
      ...outcome,
      adversarial: emptyClips(outcome.clips.length, size),
    })),
    /stays as it is/,
  ],
  [
    'leavesAdversarialClipsAlone',
    'it mixes up the clips that are left',
    baseThat((outcome) =>
      outcome.clips.length === 3
        ? { ...outcome, adversarial: selectClips(outcome.adversarial, [2, 1, 0]) }
        : outcome,
    ),
    /beside one that is done/,
  ],
  [
    'stopsWhenAborted',
    'it goes on',
    async ({ signal: _, ...request }) => runAttack(request),
    /interrupted/,
  ],
  [
    'stopsWhenAborted',
    'it does not say that it was interrupted',
    baseThat((outcome) => ({ ...outcome, aborted: false })),
    /says so/,
  ],
];

describeAttack({
  name: 'a sound attack',
  create: () => sound,
  clips,
  victim: subject(sound).victim,
});

describeAttack({
  name: 'a sound attack of a class with private state',
  create: () =>
    new (class implements Attack {
      readonly id = 'still';
      readonly #requires = {
        inputGradient: false,
        norms,
        criteria: ['misclassification'],
      } as const;
      get requires(): Attack['requires'] {
        return this.#requires;
      }
      async perturb(context: AttackContext): Promise<ClipBatch> {
        context.report({ step: 1, steps: 1, of: [0] });
        return this.#requires.inputGradient ? emptyClips(1, size) : copyClips(context.clips);
      }
    })(),
});

describe('a broken attack', () => {
  it.each(faults)('breaks %s: %s', async (law, _, attack, sentence) => {
    await expect(attackLaws[law](subject(attack))).rejects.toThrow(sentence);
  });
});

describe('a broken base', () => {
  it.each(baseFaults)('breaks %s: %s', async (law, _, run, sentence) => {
    await expect(attackLaws[law](subject(sound, run))).rejects.toThrow(sentence);
  });

  it('has, with the attacks above, every law among its faults', () => {
    const covered = new Set([...faults, ...baseFaults].map(([law]) => law));
    expect([...covered].sort()).toEqual(Object.keys(attackLaws).sort());
  });

  it('does not hide an error of the attack', async () => {
    const own = new MsanetError({ code: 'a/B', where: 'x', expected: 'y', got: 'z', remedy: 'w' });
    const broken = attackThat(() => Promise.reject(own));
    await expect(attackLaws.staysInsideBudget(subject(broken))).rejects.toBe(own);
  });
});
