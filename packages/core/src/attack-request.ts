import { MsanetError } from '@msanet/tensor';
import type { Attack } from './attack.js';
import { checkBudget, type Budget } from './budget.js';
import { checkClass } from './class-index.js';
import { checkClips, type ClipBatch } from './clip.js';
import type { Criterion } from './criterion.js';
import type { StepEvent } from './step-event.js';
import type { VictimModel } from './victim-model.js';

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

/**
 * Checks everything that can be known before the victim is asked.
 *
 * @throws MsanetError `CLIP_INVALID`, `BUDGET_INVALID`, `CAPABILITY_MISSING`, `LABEL_UNKNOWN`, `OPTION_INVALID`
 */
export function checkRequest(request: AttackRequest): void {
  checkBudget(request.budget);
  checkClips(request.clips, request.victim.input, `attack ${request.attack.id}`);
  checkNumbers(request);
  checkCriteria(request);
  checkCapabilities(request);
}

function checkNumbers({ attack, clips, criteria, seed, queryLimit }: AttackRequest): void {
  const refuse = (expected: string, got: string, remedy: string): never => {
    const where = `attack ${attack.id}`;
    throw new MsanetError({ code: 'OPTION_INVALID', where, expected, got, remedy });
  };
  const batch = clips.shape[0];
  if (criteria.length !== batch) {
    refuse('one criterion per clip', `${criteria.length} for ${batch}`, 'pass one for each');
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    refuse('a seed from 0 to 2^53 − 1', String(seed), 'give a whole number');
  }
  const countable = Number.isInteger(queryLimit) || queryLimit === Infinity;
  if (queryLimit !== undefined && !(countable && queryLimit >= 0)) {
    refuse('a query limit of 0 or more', String(queryLimit), 'give a whole number');
  }
}

function checkCriteria({ attack, victim, criteria }: AttackRequest): void {
  const classes = victim.labels.length;
  const where = `attack ${attack.id}`;
  for (const criterion of criteria) {
    checkClass(criterion.label, classes, where);
    if (criterion.kind === 'targeted') checkClass(criterion.target, classes, where);
  }
}

function checkCapabilities({ attack, victim, criteria, budget }: AttackRequest): void {
  const refuse = (expected: string, got: string, remedy: string): never => {
    const where = `attack ${attack.id}`;
    throw new MsanetError({ code: 'CAPABILITY_MISSING', where, expected, got, remedy });
  };
  const { criteria: kinds, norms, inputGradient } = attack.requires;
  const unfit = criteria.find(({ kind }) => !kinds.includes(kind));
  if (unfit !== undefined) {
    refuse(`a criterion of kind ${kinds.join(' or ')}`, unfit.kind, 'choose an attack that has it');
  }
  if (!norms.includes(budget.norm)) {
    refuse(`a budget of norm ${norms.join(' or ')}`, budget.norm, 'choose another norm or attack');
  }
  if (inputGradient && !victim.supports.inputGradient) {
    refuse(
      'a victim with input gradients',
      `victim ${victim.id} without them`,
      'choose a query-based attack',
    );
  }
}
