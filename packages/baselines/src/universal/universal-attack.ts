import type {
  AttackRequirements,
  Budget,
  ClipBatch,
  Criterion,
  QueryCount,
  VictimModel,
} from '@msanet/core';
import { MsanetError, parseOptions } from '@msanet/core';
import type { Tensor } from '@msanet/tensor';
import type { ZodType } from 'zod';

/** A clip to fit a universal perturbation on. */
export interface TrainingClip {
  /** One clip of the victim's input size, shape (1, frames, 3, height, width). */
  readonly clip: ClipBatch;
  /** What would make it adversarial. */
  readonly criterion: Criterion;
}

/** How far a fit is, after each batch of clips or each set of parameters. */
export interface FitStep {
  readonly step: number;
  readonly steps: number;
  /** Mean loss, or what takes its place, of the clips that the step looked at. */
  readonly loss: number;
}

/** What to fit a universal perturbation on. */
export interface FitRequest {
  readonly victim: VictimModel;
  /** The training list; gone through several times, so its iterator must be new each time. */
  readonly clips: Iterable<TrainingClip> | AsyncIterable<TrainingClip>;
  /** Number of clips in it. */
  readonly count: number;
  readonly budget: Budget;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: FitStep) => void) | undefined;
}

/** A universal perturbation, and what it took. */
export interface UniversalFit {
  /** What is added to every clip, inside the budget; shape (frames, 3, height, width). */
  readonly perturbation: Tensor<'float32'>;
  readonly queries: QueryCount;
  /** Whether it was interrupted; what was found until then is kept. */
  readonly aborted: boolean;
  /** What describes the perturbation, for methods that search parameters. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/**
 * An attack that finds one perturbation for all clips, on a list of clips. The attack `perturbation` applies what it finds.
 *
 * Core's `Attack` perturbs clips one by one, so this is a contract of its own.
 */
export interface UniversalAttack<O = never> {
  readonly kind: 'attack';
  readonly id: string;
  /** One sentence on what it is. */
  readonly summary: string;
  /** Paper that it comes from. */
  readonly source: string;
  readonly requires: AttackRequirements;
  /** Schema of its options. */
  readonly options: ZodType<O>;
  /** Fits a perturbation. Request and options have been checked. */
  fit(request: FitRequest, options: O): Promise<UniversalFit>;
}

/** Declares a universal attack; its option type follows from the schema. */
export function defineUniversal<O>(attack: Omit<UniversalAttack<O>, 'kind'>): UniversalAttack {
  return { ...attack, kind: 'attack' } as unknown as UniversalAttack;
}

/**
 * Checks what is asked of a universal attack, and fits a perturbation.
 *
 * @param options by name; absent ones take their default
 * @throws MsanetError `OPTION_INVALID`, `CAPABILITY_MISSING`, and whatever the victim or the clips throw
 */
export async function fitUniversal(
  attack: UniversalAttack,
  request: FitRequest,
  options: Readonly<Record<string, unknown>> = {},
): Promise<UniversalFit> {
  const { id, requires } = attack;
  const { victim, budget, count } = request;
  const refuse = (code: 'CAPABILITY_MISSING' | 'OPTION_INVALID', expected: string, got: string) =>
    new MsanetError({
      ...{ code, where: `attack ${id}`, expected, got },
      remedy: 'see what each attack can do with: msanet list attacks',
    });
  if (!requires.norms.includes(budget.norm)) {
    const norms = requires.norms.join(' or ');
    throw refuse('CAPABILITY_MISSING', `a budget of norm ${norms}`, budget.norm);
  }
  if (requires.inputGradient && !victim.supports.inputGradient) {
    const got = `victim ${victim.id} without them`;
    throw refuse('CAPABILITY_MISSING', 'a victim with input gradients', got);
  }
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw refuse('OPTION_INVALID', 'at least one clip to fit on', String(count));
  }
  const fit = attack.fit as (request: FitRequest, options: unknown) => Promise<UniversalFit>;
  return fit.call(attack, request, parseOptions(attack, options));
}
