import {
  MsanetError,
  Random,
  formatShape,
  hash64,
  isMsanetError,
  type Tensor,
} from '@msanet/tensor';
import type { Attack, AttackContext, StepReport } from './attack.js';
import { checkBudget, type Budget } from './budget.js';
import {
  checkClips,
  clipAt,
  clipSize,
  copyClips,
  emptyClips,
  selectClips,
  type ClipBatch,
} from './clip.js';
import { secondsNow } from './clock.js';
import { adversarialMargin, isAdversarial, type Criterion } from './criterion.js';
import { fromLevels, toLevels } from './eight-bit.js';
import { logitsOf } from './logits.js';
import { VictimMeter, type QueryCount } from './metered-victim.js';
import { project } from './projection.js';
import { roundInsideBudget } from './rounding.js';
import type { VictimModel } from './victim-model.js';

/** A step of an attack, with what the caller cannot know by itself. */
export interface StepEvent extends StepReport {
  /** Queries so far of the clips that the step worked on, in the same order. */
  readonly queries: readonly QueryCount[];
  /** Whether an adversarial version of each of them was seen already. */
  readonly succeeded: readonly boolean[];
}

/** What to attack, and how far. */
export interface AttackRequest {
  readonly attack: Attack;
  readonly victim: VictimModel;
  /** Clips of the victim's input size. They are rounded to 8 bits before anything else. */
  readonly clips: ClipBatch;
  /** One per clip. */
  readonly criteria: readonly Criterion[];
  readonly budget: Budget;
  /** Seed of every random number of the attack; an integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Most queries per clip, forward and gradient together; hard. Unlimited when absent. */
  readonly queryLimit?: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (event: StepEvent) => void;
}

/** What came out for one clip. */
export interface ClipOutcome {
  readonly criterion: Criterion;
  /** Whether the 8-bit clip inside the budget is adversarial, by the victim's own answer to it. */
  readonly success: boolean;
  /** Whether the clean clip was adversarial already; then it is returned as it is, and not attacked. */
  readonly alreadyAdversarial: boolean;
  /** Logits of the clean clip, shape (classes). */
  readonly cleanLogits: Float32Array;
  /** Logits of the returned clip, shape (classes). */
  readonly adversarialLogits: Float32Array;
  /** How far the returned clip is on the adversarial side, in logits. */
  readonly margin: number;
  /** Queries that the attack made. The judgements of the clean and of the final clip are not among them. */
  readonly queries: QueryCount;
  /** Queries up to the first adversarial answer; absent when there was none. */
  readonly firstSuccess: QueryCount | undefined;
  /** What the attack attached, by name; see `AttackContext.attach`. */
  readonly pictures: ReadonlyMap<string, Tensor<'float32'>>;
}

/** The outcome of an attack on a batch. */
export interface AttackOutcome {
  /** The clean clips as attacked: rounded to 8 bits. */
  readonly clean: ClipBatch;
  /** The adversarial clips: on the 8-bit grid, inside the budget and [0, 1]; the clean clip where nothing was found. */
  readonly adversarial: ClipBatch;
  readonly clips: readonly ClipOutcome[];
  /** Whether the attack was interrupted. What it had found is kept. */
  readonly aborted: boolean;
  /** Wall-clock seconds of the attack itself, judgements excluded. */
  readonly seconds: number;
}

/**
 * Runs an attack and keeps its promises.
 *
 * It checks the clips, budget and capabilities, rounds the clips to 8 bits, seeds one random stream per clip, lets the
 * attack perturb the clips that are not adversarial already, projects its result onto the budget, rounds it to 8 bits
 * inside the budget, asks the victim again and decides success. Where the result is not adversarial, or the attack was
 * interrupted or ran out of queries, the smallest adversarial clip that was asked about on the way is returned.
 *
 * @throws MsanetError `CLIP_INVALID`, `BUDGET_INVALID`, `CAPABILITY_MISSING`, `OPTION_INVALID`, `ATTACK_FAILED`
 */
export async function runAttack(request: AttackRequest): Promise<AttackOutcome> {
  check(request);
  const { attack, victim, budget, criteria } = request;
  const clean = copyClips(request.clips);
  fromLevels(toLevels(clean.data), clean.data);
  const batch = clean.shape[0];
  const cleanLogits = await victim.predict(clean);
  const pending = criteria.flatMap((criterion, clip) =>
    isAdversarial(logitsOf(cleanLogits, clip), criterion) ? [] : [clip],
  );

  const adversarial = copyClips(clean);
  const pictures = Array.from({ length: batch }, () => new Map<string, Tensor<'float32'>>());
  const attacked = selectClips(clean, pending);
  const meter = new VictimMeter({
    victim,
    clips: attacked,
    criteria: pending.map((clip) => criteria[clip]),
    budget,
    queryLimit: request.queryLimit ?? Infinity,
    signal: request.signal ?? new AbortController().signal,
  });
  let aborted = false;
  let seconds = 0;
  let finalLogits = cleanLogits;
  if (pending.length > 0) {
    const context = contextFor(request, meter, attacked, pending, pictures);
    const start = secondsNow();
    const result = await perturb(attack, context);
    seconds = secondsNow() - start;
    aborted = result.stopped === 'ABORTED';
    const found = await judge(victim, result.clips, context, meter);
    pending.forEach((clip, row) => clipAt(adversarial, clip).set(clipAt(found, row)));
    finalLogits = await victim.predict(adversarial);
  }

  const outcomes = criteria.map((criterion, clip): ClipOutcome => {
    const row = pending.indexOf(clip);
    const ledger = row < 0 ? undefined : meter.ledger[row];
    const adversarialLogits = logitsOf(finalLogits, clip).slice();
    return {
      criterion,
      success: isAdversarial(adversarialLogits, criterion),
      alreadyAdversarial: row < 0,
      cleanLogits: logitsOf(cleanLogits, clip).slice(),
      adversarialLogits,
      margin: adversarialMargin(adversarialLogits, criterion),
      queries: { forward: ledger?.forward ?? 0, gradient: ledger?.gradient ?? 0 },
      firstSuccess: ledger?.firstSuccess,
      pictures: pictures[clip],
    };
  });
  return { clean, adversarial, clips: outcomes, aborted, seconds };
}

function check({ attack, victim, clips, criteria, budget, seed, queryLimit }: AttackRequest): void {
  const where = `attack ${attack.id}`;
  checkBudget(budget);
  checkClips(clips, victim.input, where);
  const classes = victim.labels.length;
  const refuse = (
    code: 'CAPABILITY_MISSING' | 'OPTION_INVALID' | 'LABEL_UNKNOWN',
    expected: string,
    got: string,
    remedy: string,
  ): never => {
    throw new MsanetError({ code, where, expected, got, remedy });
  };
  if (criteria.length !== clips.shape[0]) {
    refuse(
      'OPTION_INVALID',
      'one criterion per clip',
      `${criteria.length} for ${clips.shape[0]}`,
      'pass one per clip',
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    refuse('OPTION_INVALID', 'a seed from 0 to 2^53 − 1', String(seed), 'give a whole number');
  }
  if (queryLimit !== undefined && !(queryLimit >= 0)) {
    refuse(
      'OPTION_INVALID',
      'a query limit of at least 0',
      String(queryLimit),
      'give a whole number',
    );
  }
  for (const criterion of criteria) {
    const named =
      criterion.kind === 'targeted' ? [criterion.label, criterion.target] : [criterion.label];
    for (const label of named) {
      if (Number.isInteger(label) && label >= 0 && label < classes) continue;
      refuse(
        'LABEL_UNKNOWN',
        `a class from 0 to ${classes - 1}`,
        String(label),
        'name a class of the victim',
      );
    }
    if (!attack.requires.criteria.includes(criterion.kind)) {
      refuse(
        'CAPABILITY_MISSING',
        `a criterion of kind ${attack.requires.criteria.join(' or ')}`,
        criterion.kind,
        'choose an attack that supports it',
      );
    }
  }
  if (!attack.requires.norms.includes(budget.norm)) {
    refuse(
      'CAPABILITY_MISSING',
      `a budget of norm ${attack.requires.norms.join(' or ')}`,
      budget.norm,
      'choose another norm or attack',
    );
  }
  if (attack.requires.inputGradient && !victim.supports.inputGradient) {
    refuse(
      'CAPABILITY_MISSING',
      'a victim with input gradients',
      `victim ${victim.id} without them`,
      'choose a query-based attack',
    );
  }
}

function contextFor(
  request: AttackRequest,
  meter: VictimMeter,
  clips: ClipBatch,
  pending: readonly number[],
  pictures: readonly Map<string, Tensor<'float32'>>[],
): AttackContext {
  const { budget, criteria, seed, signal, onStep } = request;
  const size = clipSize(clips);
  const eachRow = (
    rows: ClipBatch,
    of: readonly number[],
    change: (clip: Float32Array, clean: Float32Array) => void,
  ): void => {
    of.forEach((clip, row) => change(clipAt(rows, row), clipAt(clips, clip)));
  };
  return {
    victim: meter,
    clips,
    criteria: pending.map((clip) => criteria[clip]),
    budget,
    random: (clip) => new Random(seed, hash64(toLevels(clipAt(clips, clip)))),
    signal: signal ?? new AbortController().signal,
    project: (rows, of) => eachRow(rows, of, (clip, clean) => project(clip, clean, budget, size)),
    round: (rows, of) =>
      eachRow(rows, of, (clip, clean) => roundInsideBudget(clip, clean, budget, size)),
    report: (step) =>
      onStep?.({
        ...step,
        of: step.of.map((clip) => pending[clip]),
        queries: step.of.map((clip) => {
          const { forward, gradient } = meter.ledger[clip];
          return { forward, gradient };
        }),
        succeeded: step.of.map((clip) => meter.ledger[clip].firstSuccess !== undefined),
      }),
    attach: (clip, name, picture) => pictures[pending[clip]].set(name, picture),
  };
}

/** Lets the attack work; an interruption or an exhausted query limit ends it without a result of its own. */
async function perturb(
  attack: Attack,
  context: AttackContext,
): Promise<{ clips: ClipBatch; stopped: 'ABORTED' | 'QUERY_LIMIT' | undefined }> {
  try {
    const clips = await attack.perturb(context);
    if (formatShape(clips.shape) !== formatShape(context.clips.shape)) {
      throw new MsanetError({
        code: 'ATTACK_FAILED',
        where: `attack ${attack.id}`,
        expected: `clips of shape ${formatShape(context.clips.shape)}`,
        got: formatShape(clips.shape),
        remedy: 'correct the attack plugin',
      });
    }
    return {
      clips: clips.data === context.clips.data ? copyClips(clips) : clips,
      stopped: undefined,
    };
  } catch (error) {
    if (isMsanetError(error) && (error.code === 'ABORTED' || error.code === 'QUERY_LIMIT')) {
      return { clips: copyClips(context.clips), stopped: error.code };
    }
    throw error;
  }
}

/**
 * The clip to return for each attacked clip: the attack's own result, projected and rounded, if the victim finds it
 * adversarial; else the smallest adversarial clip seen on the way; else the attack's result.
 */
async function judge(
  victim: VictimModel,
  result: ClipBatch,
  context: AttackContext,
  meter: VictimMeter,
): Promise<ClipBatch> {
  const all = meter.ledger.map((_, clip) => clip);
  for (let index = 0; index < result.data.length; index++) {
    // A value that is no number cannot be shown; it counts as unperturbed.
    if (Number.isNaN(result.data[index])) result.data[index] = context.clips.data[index];
  }
  context.round(result, all);
  if (meter.ledger.every((entry) => entry.best === undefined)) return result;
  const logits = await victim.predict(result);
  const chosen = emptyClips(all.length, clipSize(result));
  for (const clip of all) {
    const best = meter.ledger[clip].best;
    const keep =
      best === undefined || isAdversarial(logitsOf(logits, clip), context.criteria[clip]);
    if (keep) clipAt(chosen, clip).set(clipAt(result, clip));
    else fromLevels(best.levels, clipAt(chosen, clip));
  }
  return chosen;
}
