import {
  argmax,
  clipAt,
  clipLength,
  clipSize,
  logitsOf,
  misclassification,
  runAttack,
  targeted,
  type Attack,
  type AttackContext,
  type AttackOutcome,
  type AttackRequest,
  type Budget,
  type ClipBatch,
  type Criterion,
  type Norm,
  type QueryCount,
  type VictimModel,
} from '@msanet/core';
import { recording, type Question } from '../toy-victims/victim-wrappers.js';

/** An attack under examination, with what the laws let it attack. */
export interface AttackSubject {
  readonly create: () => Promise<Attack> | Attack;
  /** Makes the victim; deterministic, with input gradients. */
  readonly victim: () => VictimModel;
  /** At least three different clips for the victim. */
  readonly clips: ClipBatch;
  /** A budget of each norm, wide enough for the attack to get somewhere. */
  readonly budgets: Readonly<Record<Norm, Budget>>;
  readonly seed: number;
  /** What runs it; core's `runAttack`, unless the laws themselves are tested. */
  readonly run?: (request: AttackRequest) => Promise<AttackOutcome>;
}

/** Budgets that suit small toy clips: 16 levels on every value, or as much in fewer places. */
export function toyBudgets(clips: ClipBatch): Record<Norm, Budget> {
  const length = clipLength(clips);
  const { frames, height, width } = clipSize(clips);
  const epsilon = 16 / 255;
  return {
    linf: { norm: 'linf', epsilon },
    l2: { norm: 'l2', epsilon: epsilon * Math.sqrt(length) },
    l1: { norm: 'l1', epsilon: (epsilon * length) / 2 },
    l0: { norm: 'l0', pixels: Math.ceil((frames * height * width) / 4) },
    frames: { norm: 'frames', frames: 1, epsilon: 2 * epsilon },
  };
}

/** The budget of that norm that allows nothing. */
export function nothing(norm: Norm): Budget {
  switch (norm) {
    case 'l0':
      return { norm, pixels: 0 };
    case 'frames':
      return { norm, frames: 0, epsilon: 0 };
    default:
      return { norm, epsilon: 0 };
  }
}

/** What the victim takes each clip for. */
export async function choicesOf(victim: VictimModel, clips: ClipBatch): Promise<number[]> {
  const logits = await victim.predict(clips);
  return Array.from({ length: clips.shape[0] }, (_, clip) => argmax(logitsOf(logits, clip)));
}

/** Criteria that no clip meets yet: away from what it is taken for, or towards the next class. */
export async function criteriaFor(
  kind: Criterion['kind'],
  victim: VictimModel,
  clips: ClipBatch,
): Promise<Criterion[]> {
  const choices = await choicesOf(victim, clips);
  const classes = victim.labels.length;
  return choices.map((choice) =>
    kind === 'targeted' ? targeted(choice, (choice + 1) % classes) : misclassification(choice),
  );
}

/** What an examined run leaves behind, beyond its outcome. */
export interface ExaminedRun extends AttackOutcome {
  readonly budget: Budget;
  /** What the attack was given. */
  readonly context: AttackContext;
  /** What the attack itself returned, before the base touched it; absent where it was stopped. */
  readonly raw: ClipBatch | undefined;
  /** What the victim was asked while the attack was at work, in order. */
  readonly questions: readonly Question[];
}

/**
 * Runs the subject's attack, by default untargeted, in the first norm that it declares.
 *
 * @param onQuestion called with the number of each question, from 1, that the victim is asked while the attack is at work
 */
export async function examine(
  subject: AttackSubject,
  request: Partial<AttackRequest> = {},
  onQuestion?: (number: number) => void,
): Promise<ExaminedRun> {
  const attack = request.attack ?? (await subject.create());
  const clips = request.clips ?? subject.clips;
  const budget = request.budget ?? subject.budgets[attack.requires.norms[0]];
  const questions: Question[] = [];
  let atWork = false;
  let context: AttackContext | undefined;
  let raw: ClipBatch | undefined;
  const victim = recording(request.victim ?? subject.victim(), (question) => {
    if (!atWork) return;
    questions.push(question);
    onQuestion?.(questions.length);
  });
  const observed: Attack = {
    id: attack.id,
    requires: attack.requires,
    async perturb(given) {
      context = given;
      atWork = true;
      try {
        const result = await attack.perturb(given);
        raw = { ...result, data: result.data.slice() };
        return result;
      } finally {
        atWork = false;
      }
    },
  };
  const [kind] = attack.requires.criteria;
  const outcome = await (subject.run ?? runAttack)({
    clips,
    criteria: request.criteria ?? (await criteriaFor(kind, subject.victim(), clips)),
    seed: subject.seed,
    ...request,
    budget,
    victim,
    attack: observed,
  });
  if (context === undefined) throw new Error('no clip was left to attack');
  return { ...outcome, budget, context, raw, questions };
}

/** The clips of a batch, one view each. */
export function eachClip(clips: ClipBatch): Float32Array[] {
  return Array.from({ length: clips.shape[0] }, (_, clip) => clipAt(clips, clip));
}

/** All queries that a question or an outcome stands for, of either kind. */
export function totalQueries({ forward, gradient }: QueryCount): number {
  return forward + gradient;
}

/** Queries of each kind over all clips. */
export function sumOfQueries(counts: readonly QueryCount[]): QueryCount {
  return {
    forward: counts.reduce((sum, { forward }) => sum + forward, 0),
    gradient: counts.reduce((sum, { gradient }) => sum + gradient, 0),
  };
}

/** Rows of each kind that a list of questions is about. */
export function rowsAsked(questions: readonly Question[]): QueryCount {
  const rows = (kind: Question['kind']): number =>
    questions
      .filter((question) => question.kind === kind)
      .reduce((sum, { clips }) => sum + clips.shape[0], 0);
  return { forward: rows('forward'), gradient: rows('gradient') };
}
