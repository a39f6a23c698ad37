import {
  adversarialMargin,
  clipAt,
  clipSize,
  copyClips,
  isAdversarial,
  isInsideBudget,
  isOnGrid,
  logitsOf,
  misclassification,
  norms,
  selectClips,
  type StepEvent,
} from '@msanet/core';
import { queryOnly } from '../toy-victims/victim-wrappers.js';
import { maxAbsError } from '../close.js';
import {
  choicesOf,
  criteriaFor,
  eachClip,
  examine,
  nothing,
  rowsAsked,
  sumOfQueries,
  totalQueries,
  type AttackSubject,
  type ExaminedRun,
} from './attack-subject.js';
import { demand } from './demand.js';

/** What every attack owes, alone or together with core; each law throws with a sentence when it is broken. */
export const attackLaws = {
  /** It has an id, and at least one norm and one kind of criterion that there are. */
  async saysWhatItNeeds({ create }: AttackSubject): Promise<void> {
    const { id, requires } = await create();
    demand(/^[a-z0-9][a-z0-9-]*$/.test(id), `an id is lower case with hyphens, not ${id}`);
    demand(requires.norms.length > 0, 'an attack works in at least one norm');
    demand(
      requires.norms.every((norm) => norms.includes(norm)),
      `norms are among ${norms.join(', ')}`,
    );
    demand(
      requires.criteria.length > 0 &&
        requires.criteria.every((kind) => kind === 'misclassification' || kind === 'targeted'),
      'an attack pursues misclassification, targets, or both',
    );
  },

  /** In every norm and for every goal that it declares: inside the budget, in [0, 1], on the 8-bit grid. */
  async staysInsideBudget(subject: AttackSubject): Promise<void> {
    for (const run of await everyRun(subject)) {
      const size = clipSize(run.clean);
      eachClip(run.adversarial).forEach((clip, row) => {
        const what = `clip ${row} under ${run.budget.norm}`;
        demand(isOnGrid(clip), `${what} is on the 8-bit grid`);
        const inside = isInsideBudget(clip, clipAt(run.clean, row), run.budget, size);
        demand(inside, `${what} is inside the budget`);
      });
    }
  },

  /** What it returns lies in the budget and in [0, 1] before the base projects it, but for float32 rounding. */
  async returnsWhatFits(subject: AttackSubject): Promise<void> {
    for (const { raw, context, budget } of await everyRun(subject)) {
      demand(raw !== undefined, `an attack without limits returns clips under ${budget.norm}`);
      eachClip(raw).forEach((clip, row) => {
        const what = `what it returns for clip ${row} under ${budget.norm}`;
        demand(
          clip.every((value) => value >= -1e-6 && value <= 1 + 1e-6),
          `${what} has values in [0, 1]`,
        );
        const clean = clipAt(context.clips, row);
        const inside = isInsideBudget(clip, clean, budget, clipSize(raw));
        demand(inside, `${what} is inside the budget`);
      });
    }
  },

  /** A budget that allows nothing gives the clean clips. */
  async changesNothingWithoutBudget(subject: AttackSubject): Promise<void> {
    const { requires } = await subject.create();
    for (const norm of requires.norms) {
      const run = await examine(subject, { budget: nothing(norm) });
      const change = maxAbsError(run.adversarial.data, run.clean.data);
      demand(change === 0, `an empty ${norm} budget gives the clean clips`);
    }
  },

  /** In every norm, the same attack with the same seed gives the same clips, however often it runs. */
  async repeatsItself(subject: AttackSubject): Promise<void> {
    const attack = await subject.create();
    for (const norm of attack.requires.norms) {
      const budget = subject.budgets[norm];
      const first = await examine(subject, { attack, budget });
      const second = await examine(subject, { attack, budget });
      const difference = maxAbsError(first.adversarial.data, second.adversarial.data);
      demand(
        difference === 0,
        `the same seed gives the same clips when the attack runs again under ${norm}`,
      );
    }
  },

  /** In every norm, a batch of n gives what n batches of one give, at the same cost. */
  async treatsClipsOneByOne(subject: AttackSubject): Promise<void> {
    const { requires } = await subject.create();
    for (const norm of requires.norms) {
      const budget = subject.budgets[norm];
      const together = await examine(subject, { budget });
      for (let clip = 0; clip < subject.clips.shape[0]; clip++) {
        const alone = await examine(subject, { budget, clips: selectClips(subject.clips, [clip]) });
        const difference = maxAbsError(clipAt(together.adversarial, clip), alone.adversarial.data);
        demand(
          difference === 0,
          `under ${norm}, clip ${clip} comes out of a batch as it does alone`,
        );
        const [queries, queriesAlone] = [together.clips[clip].queries, alone.clips[0].queries];
        demand(
          totalQueries(queries) === totalQueries(queriesAlone),
          `under ${norm}, clip ${clip} costs the same in a batch`,
        );
      }
    }
  },

  /** The clips of the request and of the context are only read. */
  async leavesItsInputAlone(subject: AttackSubject): Promise<void> {
    const clips = copyClips(subject.clips);
    const { context, clean } = await examine(subject, { clips });
    demand(
      maxAbsError(clips.data, subject.clips.data) === 0,
      'the clips of the request are read only',
    );
    demand(
      maxAbsError(context.clips.data, clean.data) === 0,
      'the clips of the context are read only',
    );
  },

  /** Clips that are adversarial from the start cost nothing, stay as they are, and disturb no other. */
  async leavesAdversarialClipsAlone(subject: AttackSubject): Promise<void> {
    const victim = subject.victim();
    const choices = await choicesOf(victim, subject.clips);
    const criteria = choices.map((choice, clip) =>
      misclassification(clip === 1 ? (choice + 1) % victim.labels.length : choice),
    );
    const mixed = await examine(subject, { criteria });
    const [done] = mixed.clips.filter(({ alreadyAdversarial }) => alreadyAdversarial);
    demand(done === mixed.clips[1], 'a clip that is adversarial already is known as such');
    demand(totalQueries(done.queries) === 0, 'a clip that is adversarial already costs no query');
    const change = maxAbsError(clipAt(mixed.adversarial, 1), clipAt(mixed.clean, 1));
    demand(change === 0, 'a clip that is adversarial already stays as it is');
    const others = [...criteria.keys()].filter((clip) => clip !== 1);
    const apart = await examine(subject, {
      clips: selectClips(subject.clips, others),
      criteria: others.map((clip) => criteria[clip]),
    });
    others.forEach((clip, row) => {
      const difference = maxAbsError(
        clipAt(mixed.adversarial, clip),
        clipAt(apart.adversarial, row),
      );
      demand(difference === 0, `clip ${clip} comes out the same beside one that is done`);
    });
  },

  /** Success is what the victim says about the returned clip, asked anew. */
  async leavesSuccessToTheVictim(subject: AttackSubject): Promise<void> {
    for (const run of await everyRun(subject)) {
      const logits = await subject.victim().predict(run.adversarial);
      run.clips.forEach(({ success, criterion }, clip) => {
        const answer = isAdversarial(logitsOf(logits, clip), criterion);
        demand(
          success === answer,
          `clip ${clip}: success is ${success}, the victim says ${answer}`,
        );
      });
    }
  },

  /** In every norm and for every goal, the queries that are counted are those that the victim was asked during the attack. */
  async countsEveryQuery(subject: AttackSubject): Promise<void> {
    for (const run of await everyRun(subject)) {
      const counted = sumOfQueries(run.clips.map(({ queries }) => queries));
      const asked = rowsAsked(run.questions);
      demand(
        counted.forward === asked.forward && counted.gradient === asked.gradient,
        `counted ${counted.forward} forward and ${counted.gradient} gradient queries, ` +
          `but the victim was asked ${asked.forward} and ${asked.gradient}`,
      );
    }
  },

  /** No clip costs more than the query limit, and running out of queries is no failure. */
  async keepsTheQueryLimit(subject: AttackSubject): Promise<void> {
    for (const queryLimit of [0, 1, 2, 5]) {
      const run = await examine(subject, { queryLimit });
      const most = Math.max(...run.clips.map(({ queries }) => totalQueries(queries)));
      const asked = totalQueries(rowsAsked(run.questions));
      demand(
        most <= queryLimit && asked <= queryLimit * run.clips.length,
        `with a limit of ${queryLimit} no clip costs more, but one cost ${most}, and all together ${asked}`,
      );
    }
  },

  /** An interruption ends it at the next question; what was found is kept, and the budget holds. */
  async stopsWhenAborted(subject: AttackSubject): Promise<void> {
    const before = await examine(subject, { signal: AbortSignal.abort() });
    demand(
      before.aborted && before.questions.length === 0,
      'an attack that was interrupted before it began says so and asks nothing',
    );
    demand(
      maxAbsError(before.adversarial.data, before.clean.data) === 0,
      'an attack that was interrupted before it began changes nothing',
    );
    const controller = new AbortController();
    const run = await examine(subject, { signal: controller.signal }, (number) => {
      if (number === 2) controller.abort();
    });
    if (!controller.signal.aborted) return;
    demand(run.aborted, 'an attack that was interrupted says so');
    demand(run.questions.length === 2, 'an attack that was interrupted asks nothing more');
    eachClip(run.adversarial).forEach((clip, row) => {
      const clean = clipAt(run.clean, row);
      const valid = isOnGrid(clip) && isInsideBudget(clip, clean, run.budget, clipSize(run.clean));
      demand(valid, 'what an interrupted attack leaves is on the grid and inside the budget');
    });
  },

  /** Without the declaration that it needs gradients it works on a victim that has none. */
  async asksForNoUndeclaredGradient(subject: AttackSubject): Promise<void> {
    const attack = await subject.create();
    if (attack.requires.inputGradient) return;
    const run = await examine(subject, { attack, victim: queryOnly(subject.victim()) });
    demand(
      rowsAsked(run.questions).gradient === 0,
      'an attack that declares no gradients asks for none',
    );
  },

  /** An attack with gradients brings clips nearer to its goal: the mean margin rises, for every goal it declares. */
  async movesTowardsItsGoal(subject: AttackSubject): Promise<void> {
    const attack = await subject.create();
    if (!attack.requires.inputGradient) return;
    for (const kind of attack.requires.criteria) {
      const criteria = await criteriaFor(kind, subject.victim(), subject.clips);
      const { clips } = await examine(subject, { criteria });
      const rises = clips.map(
        ({ cleanLogits, margin, criterion }) => margin - adversarialMargin(cleanLogits, criterion),
      );
      const rise = rises.reduce((sum, value) => sum + value, 0) / rises.length;
      demand(rise > 0, `the mean margin of ${kind} rises, but it changes by ${rise}`);
    }
  },

  /** Steps are numbered from 1 and name the clips that they worked on. */
  async reportsItsSteps(subject: AttackSubject): Promise<void> {
    const events: StepEvent[] = [];
    await examine(subject, { onStep: (event) => events.push(event) });
    demand(events.length > 0, 'at least one step is reported');
    for (const { step, steps, of, loss } of events) {
      demand(
        Number.isInteger(step) && step >= 1 && step <= steps,
        `step ${step} is between 1 and ${steps}`,
      );
      demand(of.length > 0 && new Set(of).size === of.length, `step ${step} names its clips`);
      demand(loss === undefined || loss.length === of.length, `step ${step} has one loss per clip`);
    }
  },
} as const;

/** One run for every norm and every kind of criterion that the attack declares. */
async function everyRun(subject: AttackSubject): Promise<ExaminedRun[]> {
  const { requires } = await subject.create();
  const runs: ExaminedRun[] = [];
  for (const norm of requires.norms) {
    for (const kind of requires.criteria) {
      const criteria = await criteriaFor(kind, subject.victim(), subject.clips);
      runs.push(await examine(subject, { criteria, budget: subject.budgets[norm] }));
    }
  }
  return runs;
}
